// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/params/node.h>
#include <ibot/plan/places.h>
#include <ibot/plan/plan.h>

#include <QObject>
#include <QString>
#include <optional>
#include <string>
#include <vector>

class QUndoStack;

namespace ibot::ui {

/// What is being edited, whole.
struct Draft {
  std::filesystem::path file;  ///< empty: it is no file yet
  std::string name;            ///< of what is no file, for lists
  std::string original;        ///< the text as it was opened or saved
  std::string text;

  bool operator==(const Draft&) const = default;
};

/// data.path and data.kind, as they were chosen for whatever recipe is open.
struct ChosenPictures {
  std::string path, kind;
};

/// A recipe that is being edited: one text, which a form and an editor change alike, and the plan that
/// follows from it with every mistake. The same checks as on the command line, by the same code. No file is
/// written until save(). Thread: the window's; making a plan takes a millisecond or two.
class Configuration final : public QObject {
  Q_OBJECT

 public:
  explicit Configuration(std::vector<plan::PluginInfo> plugins, QObject* parent = nullptr);

  /// Starts from a recipe's text. One step of undo, which brings back what was edited before, whole. Chosen
  /// pictures that what was edited reads are carried over, as an edit. An error leaves everything as it was.
  base::Status open(const std::filesystem::path& recipe);
  /// The same from a text that is no file yet, which keeps its own pictures.
  void open_text(const std::string& name, const std::string& text);
  /// Goes on with what was edited on an earlier day; forgets the undo history.
  void restore(const Draft& draft, const std::optional<ChosenPictures>& pictures);
  /// A base that the recipe names relative to itself is named by its whole path in another folder.
  base::Status save(const std::filesystem::path& file);
  const Draft& draft() const { return draft_; }
  const std::filesystem::path& file() const { return draft_.file; }
  bool is_changed() const { return draft_.text != draft_.original; }

  const std::string& text() const { return draft_.text; }
  /// Whether the text is YAML at all: if not, the plan knows nothing of its values.
  bool is_readable() const { return readable_; }
  const plan::PlanResult& result() const { return result_; }
  const std::vector<plan::PluginInfo>& plugins() const { return plugins_; }
  QUndoStack* undo_stack() { return undo_; }

  /// Changes of the whole text, as an editor makes them: one step of undo for a stretch of typing.
  void set_text(const std::string& text);
  /// One value by its full key, written as in YAML. Elements of a list that the recipe inherits are written
  /// out first. A text that YAML cannot read is kept as a text, and the plan says what is wrong with it.
  void set_value(const std::string& key, const std::string& value);
  /// What the recipe said when it was opened; what the layers below say if it said nothing.
  void reset(const std::string& key);
  bool is_edited(const std::string& key) const;
  /// Another plugin for a section: its group begins afresh.
  void choose_plugin(const std::string& section, const std::string& plugin);
  void add_plugin(const std::string& list, const std::string& plugin);
  void remove_plugin(const std::string& list, const std::string& plugin);

  /// Writes the pictures into the recipe, as one step of undo, and remembers them for the next one.
  void use_pictures(const ChosenPictures& pictures);
  const std::optional<ChosenPictures>& pictures() const { return pictures_; }
  /// Whether the recipe reads these because they were chosen, and not by itself.
  bool has_chosen_pictures() const;

  /// What is known of the data set: makes the plan's numbers complete.
  void set_dataset(const std::optional<plan::DatasetFacts>& facts);
  /// The same, and what evaluators cannot read: warnings, as long as the plan asks for the same
  /// (plan::asked_places()).
  void set_found(const std::optional<plan::DatasetFacts>& facts, const plan::MissingPlaces& missing,
                 const std::string& asked);

 Q_SIGNALS:
  /// Text and plan are new.
  void changed();
  /// An edit could not be made; in words.
  void refused(const QString& why);

 private:
  friend class TextStep;
  friend class DraftStep;
  void replace(const base::Result<std::string>& text, const QString& what, const std::string& merge_with);
  /// `what`: for the Undo action.
  void start_from(Draft draft, const QString& what, bool with_pictures);
  void write_pictures();
  bool names_chosen_pictures() const;
  void adopt(Draft draft);
  void adopt_text(const std::string& text);
  /// The text with a list that is inherited so far written out in it.
  base::Result<std::string> with_list(const std::string& list) const;
  params::Node list_node(const std::string& list) const;

  std::vector<plan::PluginInfo> plugins_;
  Draft draft_;
  params::Node original_tree_;
  params::Node tree_;  ///< of the text, as far as it can be read
  bool readable_ = true;
  std::optional<ChosenPictures> pictures_;
  std::optional<plan::DatasetFacts> dataset_;
  plan::MissingPlaces missing_;
  std::string asked_places_;  ///< for which these are missing
  plan::PlanResult result_;
  QUndoStack* undo_;
};

/// The value at a full key of a tree; nullptr if there is none.
const params::Node* node_at(const params::Node& root, const std::string& key);

}  // namespace ibot::ui
