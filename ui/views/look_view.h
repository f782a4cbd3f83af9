// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "look_context.h"

#include <ibot/base/result.h>
#include <ibot/figure/grid.h>
#include <ibot/protocol/message.h>

#include <ui/bridge/inspector.h>
#include <ui/widgets/patch_canvas.h>

#include <QImage>
#include <QPointer>
#include <QString>
#include <QStringList>
#include <QTimer>
#include <QWidget>
#include <functional>
#include <string>
#include <vector>

class QHBoxLayout;
class QLabel;

namespace ibot::ui {

class CanvasSet;
class ColourBar;
class ElidedLabel;
class Notice;
class TokenBar;

/// One view of the Look page: tools above, pictures in the middle, under them a caption that says what is
/// seen. Asks only while it is visible; keeps the last answer, faint, until the next one comes or an error is
/// said in its place.
class LookView : public QWidget {
  Q_OBJECT

 public:
  explicit LookView(LookContext& context, QWidget* parent = nullptr);

  QString caption() const { return caption_text_; }
  /// What is shown, for the clipboard; null while there is nothing. Of the canvases that were adopted.
  virtual QImage picture() const;
  /// The rest of `ibot inspect ...` that draws this view, without --out; empty where it cannot, which
  /// why_no_command() explains.
  virtual QStringList command() const { return {}; }
  virtual QString why_no_command() const;
  /// Keys that the page has for its views: layers, heads, the query. False: not this view's.
  virtual bool take_key(int key);
  const Notice& notice() const { return *notice_; }
  /// The run's pictures may be others than they were.
  void look_again() { ask_soon(); }

 Q_SIGNALS:
  /// The newest answer, or what was recorded, is on the screen.
  void shown();
  void picture_wanted();
  /// The built-in scenes that the run was trained on are to be drawn.
  void scenes_wanted();

 protected:
  /// Asks about what the context says now. Called while visible, with a network and a picture.
  virtual void ask() = 0;
  /// Shows what the run recorded itself; false: it holds nothing that this view shows.
  virtual bool show_recorded(const ProbeLook& look);
  /// What is shown belongs to an earlier question. Of the canvases that were adopted.
  virtual void set_dimmed(bool dimmed);
  /// Opacity, smoothing and so on, likewise.
  virtual void refresh_display();
  virtual void refresh_pictures();

  /// A canvas that looks as the context says, whose wheel changes its opacity, and whose number under the
  /// mouse is said beside the caption. It may go before the view.
  void adopt(PatchCanvas& canvas);
  /// The same for the pinned pictures. At most one set.
  void adopt(CanvasSet& set);
  /// Tokens that are asked for anew when they change, and whose layer follows [ and ]. At most one.
  void adopt(TokenBar& tokens);

  /// Asks soon, once.
  void ask_soon();
  /// Sends a request; the newest of a tag alone is answered. `take` gets a good answer; an error is said.
  template <class Reply>
  void send(protocol::Message message, const char* tag, std::function<void(const Reply&)> take) {
    message.tag = tag;
    begin();
    context_.inspector().ask(
        std::move(message), this,
        [this, take = std::move(take)](const base::Result<protocol::Message>& result) {
          if (!result) return fail(result.error());
          const auto reply = Reply::from_message(*result);
          if (!reply) return fail(reply.error());
          succeed();
          take(*reply);
          Q_EMIT shown();
        },
        [this](const QString& what, qint64 done, qint64 total) { progressed(what, done, total); });
  }
  /// For answers that come in parts, where send() is too simple: a question was sent; an answer came; an
  /// error came, which is said.
  void begin();
  void succeed();
  void fail(const base::Error& error);
  /// How far a long answer is: said in the place of what is missing, unless it comes soon.
  void progressed(const QString& what, qint64 done, qint64 total);
  /// An answer that was made without some of the asked pictures: they are marked, and what is left is asked
  /// anew, so that canvases and answers agree. True: this answer is of no use.
  bool leaves_out(const std::vector<int>& asked, const std::vector<protocol::LeftOut>& left_out);
  /// " · left out: a.png, which cannot be read", for captions.
  QString left_out_text() const;
  /// For what only decorates: an error is somebody else's to say.
  template <class Reply>
  void send_quietly(protocol::Message message, const char* tag, std::function<void(const Reply&)> take) {
    message.tag = tag;
    context_.inspector().ask(std::move(message), this,
                             [take = std::move(take)](const base::Result<protocol::Message>& result) {
                               if (!result) return;
                               if (const auto reply = Reply::from_message(*result)) take(*reply);
                             });
  }
  void set_caption(const QString& text);
  /// What the colours of the canvases mean now.
  void set_colours(figure::ColourMap colours, figure::Range range);
  void clear_colours();
  void say(const QString& words, bool bad = false, const QString& button = {},
           std::function<void()> action = {});
  /// What `ibot inspect` is told of network and pictures.
  QStringList source_arguments(const std::vector<int>& pictures) const;
  /// The same without the network: student, pictures, smoothing.
  QStringList picture_arguments(const std::vector<int>& pictures) const;
  QString run_name_text() const;

  QHBoxLayout& tools() { return *tools_; }
  QHBoxLayout& body() { return *body_; }
  LookContext& context_;

  void showEvent(QShowEvent* event) override;

 private:
  void refresh();
  void follow_step();
  void dress(PatchCanvas& canvas) const;
  /// Says the number under the mouse beside the caption, and says it anew when other numbers come.
  void watch(PatchCanvas& canvas);
  void read_number(const PatchCanvas& canvas, PatchAt patch);

  std::vector<QPointer<PatchCanvas>> adopted_;
  QPointer<PatchCanvas> read_;  ///< whose number is said; null: nobody's
  CanvasSet* adopted_set_ = nullptr;
  TokenBar* adopted_tokens_ = nullptr;
  QHBoxLayout* tools_;
  QHBoxLayout* body_;
  ElidedLabel* caption_;
  ColourBar* colours_;
  QLabel* value_;
  QString caption_text_;
  Notice* notice_;
  std::function<void()> action_;
  QTimer soon_;
  QTimer rest_;  ///< since the hand moved the timeline last
  QTimer slow_;  ///< an answer takes long enough to be told
  bool due_ = true;
};

}  // namespace ibot::ui
