#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journey of ../journey_test.cpp once more: the program itself, as a window on a display of its own, driven
by a mouse and a keyboard that know no Qt. Widgets are found by the names that they have for screen readers.

usage: journey.py BUILD_FOLDER PICTURES_OUT
Exit code: 0 it went through, 1 it did not, 77 skipped because a tool is missing.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SCREEN = (1366, 768)
PATIENCE = 90  # seconds for anything to happen
TOOLS = {"xvfb-run": "xvfb", "xauth": "xauth", "xdotool": "xdotool", "import": "imagemagick",
         "dbus-run-session": "dbus-daemon"}


def missing_tools():
    packages = [package for tool, package in TOOLS.items() if shutil.which(tool) is None]
    try:
        import pyatspi  # noqa: F401
    except ImportError:
        packages.append("python3-pyatspi at-spi2-core")
    return packages


class Failure(Exception):
    pass


class Journey:
    def __init__(self, build, out):
        self.bin = os.path.join(os.path.abspath(build), "bin")
        self.out = os.path.abspath(out)
        self.folder = tempfile.mkdtemp(prefix="ibot-journey-")
        self.workspace = os.path.join(self.folder, "ibot-workspace")
        self.window = None
        self.frame = None
        self.pictures = 0
        os.makedirs(self.out, exist_ok=True)

    # --- the program and its record

    def ibot(self, *arguments):
        done = subprocess.run([os.path.join(self.bin, "ibot"), *arguments], capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise Failure("ibot %s: %s" % (" ".join(arguments), done.stderr.strip()))
        return done.stdout

    def runs(self):
        if not os.path.exists(os.path.join(self.workspace, "record.sqlite")):
            return {}
        return {run["name"]: run for run in json.loads(self.ibot("runs", "--json", "-w", self.workspace))}

    def state(self, name):
        return self.runs().get(name, {}).get("state")

    def step(self, name):
        return self.runs().get(name, {}).get("step", 0)

    def wait(self, what, condition):
        end = time.time() + PATIENCE
        while time.time() < end:
            if condition():
                return
            time.sleep(0.3)
        raise Failure("it did not happen: " + what)

    def start_window(self, *arguments):
        environment = dict(os.environ, HOME=self.folder, XDG_CONFIG_HOME=os.path.join(self.folder, "config"),
                           QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1", QT_QPA_PLATFORM="xcb")
        self.window = subprocess.Popen([os.path.join(self.bin, "ibot-workbench"), *arguments], env=environment)
        # There is no window manager to place it.
        found = subprocess.run(["xdotool", "search", "--sync", "--onlyvisible", "--pid", str(self.window.pid)],
                               capture_output=True, text=True, timeout=PATIENCE, check=False).stdout.split()
        self.frame = found[0]
        for command in (["windowmove", self.frame, "0", "0"],
                        ["windowsize", self.frame, str(SCREEN[0]), str(SCREEN[1])]):
            subprocess.run(["xdotool", *command], check=True)
        self.focus()
        self.wait("the window can be read", lambda: self.search("Welcome", exact=False) or self.search("Data"))

    def focus(self):
        """Nobody brings the window to the front when a dialog was closed."""
        subprocess.run(["xdotool", "windowfocus", "--sync", self.frame], check=True)
        time.sleep(0.2)

    # --- eyes

    def search(self, name, exact=True):
        """What is seen under this name: its rectangle on the screen, or None."""
        import pyatspi
        waiting = [app for app in pyatspi.Registry.getDesktop(0) if app is not None]
        while waiting:
            node = waiting.pop()
            try:
                states = node.getState()
                shown = states.contains(pyatspi.STATE_SHOWING)
                # What is on another page is not visible; what only holds others is not always showing.
                if node.getRole() != pyatspi.ROLE_APPLICATION and not states.contains(pyatspi.STATE_VISIBLE):
                    continue
                fits = node.name == name if exact else name in (node.name or "")
                if fits and shown:
                    box = node.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
                    if box.width > 0 and box.height > 0:
                        return box
                waiting.extend(child for child in node if child is not None)
            except (LookupError, RuntimeError, NotImplementedError):
                continue
            except Exception:  # the widget went while it was asked
                continue
        return None

    def look(self, name):
        time.sleep(0.7)  # for pictures and curves to be painted: this is for people
        self.pictures += 1
        file = os.path.join(self.out, "%02d_%s.png" % (self.pictures, name))
        subprocess.run(["import", "-window", "root", file], check=True)
        print("· %s" % os.path.basename(file), flush=True)

    # --- hands

    def keys(self, *names):
        subprocess.run(["xdotool", "key", "--delay", "40", *names], check=True)
        time.sleep(0.2)

    def type(self, text):
        subprocess.run(["xdotool", "type", "--delay", "15", text], check=True)
        time.sleep(0.2)

    def click(self, name, exact=True):
        box = []

        def seen():
            box[:] = [self.search(name, exact)]
            return box[0] is not None

        self.wait("\"%s\" is on the screen" % name, seen)
        x, y = box[0].x + box[0].width // 2, box[0].y + box[0].height // 2
        subprocess.run(["xdotool", "mousemove", str(x), str(y), "click", "1"], check=True)
        time.sleep(0.3)

    def fill(self, name, text):
        self.click(name)
        self.keys("ctrl+a")
        self.type(text)

    def command(self, words):
        self.focus()
        self.keys("ctrl+k")
        self.type(words)
        self.keys("Return")
        time.sleep(0.5)

    def answer_file_dialog(self, path):
        time.sleep(0.7)
        self.type(path)
        self.keys("Return")
        time.sleep(0.7)

    # --- the stations

    def open_recipe_and_pictures(self):
        smoke = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../experiments/smoke/smoke.yaml")
        recipe = os.path.join(self.folder, "tiny.yaml")
        with open(recipe, "w", encoding="utf-8") as file:
            file.write("base: %s\nname: tiny\ndata: {path: nowhere, workers: 1}\ntrain: {threads: 1}\n"
                       % os.path.abspath(smoke))
        self.ibot("dataset", "parts", "--out", os.path.join(self.folder, "parts"), "--train", "24", "--val", "12",
                  "--size", "64")
        self.look("welcome")
        self.command("open recipe")
        self.answer_file_dialog(recipe)
        self.command("open pictures")
        self.answer_file_dialog(os.path.join(self.folder, "parts/train"))
        self.wait("the pictures are counted", lambda: self.search("24 pictures", exact=False))
        self.look("data")
        self.click("Use these pictures")

    def change_and_mend(self):
        self.click("Search parameters")
        self.type("mask.")
        self.look("search")
        self.click("block")  # where a list is chosen from, its name is what is chosen
        self.type("random")
        self.keys("Return")
        self.fill("mask.ratio", "[2]")
        self.wait("the mistake is said", lambda: self.search("One mistake", exact=False))
        self.look("mistake")
        self.fill("mask.ratio", "[0.3]")
        self.fill("mask.variance", "[0.1]")
        self.wait("it is mended", lambda: self.search("No mistakes", exact=False))
        self.fill("Search parameters", "epochs")

    def check_and_start(self, name):
        self.keys("ctrl+Return")
        self.fill("Name", name)
        self.look("check")
        self.keys("F5")
        self.wait(name + " is recorded", lambda: name in self.runs())

    def train_one_to_its_end(self):
        self.fill("train.epochs", "8")
        self.check_and_start("short")
        self.wait("short reaches its end", lambda: self.state("short") == "completed")
        self.look("train_completed")

    def kill_the_window(self):
        self.keys("alt+2")
        self.fill("train.epochs", "20000")
        self.check_and_start("long")
        self.wait("long trains", lambda: self.step("long") > 5)
        self.look("train_live")
        self.window.send_signal(signal.SIGKILL)
        self.window.wait()
        step = self.step("long")
        self.wait("long trains without a window", lambda: self.step("long") > step + 20)
        self.start_window(self.workspace)
        self.click("long")
        self.look("train_after_kill")

    def pause_stop_and_branch(self):
        self.click("Pause")
        self.wait("long is paused", lambda: self.state("long") == "paused")
        self.look("train_paused")
        self.click("Go on")
        self.wait("long goes on", lambda: self.state("long") == "running")
        self.keys("shift+F5")
        self.wait("long is stopped", lambda: self.state("long") == "stopped")
        self.click("short")
        self.command("branch from")
        self.look("branch")
        self.click("Changes")
        self.type("optimizer.lr=0.001")
        self.fill("Name", "branched")
        self.click("Branch")
        self.wait("branched reaches its end", lambda: self.state("branched") == "completed")

    def queue_three_and_reopen(self):
        self.click("short")
        self.command("open as a new recipe")
        self.keys("ctrl+Return")
        for number in (1, 2, 3):
            self.fill("Name", "queued %d" % number)
            self.fill("Seed", str(number))
            self.click("Add to queue")
            self.wait("%d wait" % number, lambda: "queued %d" % number in self.runs())
        self.command("queue (3)")
        self.click("Start working")
        self.look("queue")
        self.wait("the first trains", lambda: self.step("queued 1") > 0)
        self.keys("Escape")
        self.focus()
        self.keys("ctrl+q")
        self.wait("the window closes", lambda: self.window.poll() is not None)
        self.start_window(self.workspace)
        for number in (1, 2, 3):
            self.wait("queued %d is done" % number, lambda: self.state("queued %d" % number) == "completed")

    def tidy_up(self):
        self.click("branched")
        self.keys("ctrl+t")
        self.type("keep")
        self.keys("Return")
        self.keys("ctrl+f")
        self.type("tag:keep")
        self.look("filtered")
        self.keys("ctrl+a", "Delete")
        self.click("queued 2")
        self.keys("Delete")
        self.wait("it lies in the trash", lambda: "queued 2" not in self.runs())
        self.look("trashed")
        self.keys("ctrl+z")
        self.wait("it is back", lambda: "queued 2" in self.runs())
        self.look("tidy")

    def go(self):
        try:
            self.start_window()
            self.open_recipe_and_pictures()
            self.change_and_mend()
            self.train_one_to_its_end()
            self.kill_the_window()
            self.pause_stop_and_branch()
            self.queue_three_and_reopen()
            self.tidy_up()
        except Failure as failure:
            self.look("failed")
            print("error: %s" % failure, file=sys.stderr)
            return 1
        finally:
            self.end()
        print("the journey went through; pictures in " + self.out)
        return 0

    def end(self):
        if self.window is not None and self.window.poll() is None:
            self.window.terminate()
            self.window.wait()
        for name, run in self.runs().items():
            if run["state"] in ("running", "paused", "preparing"):
                subprocess.run([os.path.join(self.bin, "ibot"), "stop", run["id"], "-w", self.workspace],
                               check=False, stdout=subprocess.DEVNULL)
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    inside = "--inside" in sys.argv
    arguments = [word for word in sys.argv[1:] if word != "--inside"]
    if len(arguments) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    packages = missing_tools()
    if packages:
        print("skipped: this needs the Debian packages " + " ".join(packages))
        return 77
    if inside:
        return Journey(*arguments).go()
    screen = "-screen 0 %dx%dx24" % SCREEN
    return subprocess.call(["xvfb-run", "-a", "-s", screen, "dbus-run-session", "--", sys.executable,
                            os.path.abspath(__file__), "--inside", *arguments])


if __name__ == "__main__":
    sys.exit(main())
