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

/// A recipe that is being edited: one text, which a form and an editor change alike, and the plan that
/// follows from it with every mistake. The same checks as on the command line, by the same code. No file is
/// written until save(). Thread: the window's; making a plan takes a millisecond or two.
class Configuration final : public QObject {
  Q_OBJECT

 public:
  explicit Configuration(std::vector<plan::PluginInfo> plugins, QObject* parent = nullptr);

  /// Starts from a recipe's text; forgets the undo history. An error leaves everything as it was.
  base::Status open(const std::filesystem::path& recipe);
  /// The same from a text that is no file yet.
  void open_text(const std::string& text);
  /// A base that the recipe names relative to itself is named by its whole path in another folder.
  base::Status save(const std::filesystem::path& file);
  const std::filesystem::path& file() const { return file_; }
  bool is_changed() const { return text_ != original_; }

  const std::string& text() const { return text_; }
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
  void replace(const base::Result<std::string>& text, const QString& what, const std::string& merge_with);
  void adopt(const std::string& text);
  /// The text with a list that is inherited so far written out in it.
  base::Result<std::string> with_list(const std::string& list) const;
  params::Node list_node(const std::string& list) const;

  std::vector<plan::PluginInfo> plugins_;
  std::filesystem::path file_;
  std::string original_, text_;
  params::Node original_tree_;
  params::Node tree_;  ///< of the text, as far as it can be read
  std::optional<plan::DatasetFacts> dataset_;
  plan::MissingPlaces missing_;
  std::string asked_places_;  ///< for which these are missing
  plan::PlanResult result_;
  QUndoStack* undo_;
};

/// The value at a full key of a tree; nullptr if there is none.
const params::Node* node_at(const params::Node& root, const std::string& key);

}  // namespace ibot::ui
