// SPDX-License-Identifier: GPL-3.0-or-later
#include "configuration.h"

#include <ibot/base/file.h>
#include <ibot/base/machine.h>
#include <ibot/base/text.h>
#include <ibot/params/layers.h>
#include <ibot/params/section.h>
#include <ibot/params/value.h>
#include <ibot/params/yaml.h>
#include <ibot/params/yaml_edit.h>
#include <ibot/plan/sections.h>

#include <QUndoStack>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr std::uint64_t kMostBytes = params::kMostYamlBytes;

// Nothing: the text cannot be read as a whole.
std::optional<params::Node> read_tree(const std::string& text) {
  params::Diagnostics ignored;  // the plan says them
  return params::read_yaml(text, {params::Origin::Kind::File, "", 0, 0}, ignored);
}

params::Node plugin_node(const std::string& id) {
  params::Node node = params::Node::mapping();
  node.at(params::kPluginKey) = params::Node::scalar(id, false);
  return node;
}

}  // namespace

/// One step of undo: a text before and after. Steps with the same non-empty name merge, so that typing into
/// one field is one step; what makes a text unreadable begins another, so that undo brings back what could be
/// read last.
class TextStep final : public QUndoCommand {
 public:
  TextStep(Configuration& configuration, std::string after, const QString& what, std::string merge_with)
      : QUndoCommand(what),
        configuration_(configuration),
        before_(configuration.text()),
        after_(std::move(after)),
        merge_with_(std::move(merge_with)),
        was_readable_(configuration.is_readable()) {}

  void undo() override { configuration_.adopt_text(before_); }
  void redo() override { configuration_.adopt_text(after_); }
  int id() const override { return merge_with_.empty() ? -1 : 1; }
  bool mergeWith(const QUndoCommand* other) override {
    const auto* next = static_cast<const TextStep*>(other);
    if (next->merge_with_ != merge_with_) return false;
    // The next step is made already.
    if (next->was_readable_ && !configuration_.is_readable()) return false;
    after_ = next->after_;
    return true;
  }

 private:
  Configuration& configuration_;
  std::string before_, after_, merge_with_;
  bool was_readable_;
};

/// Another recipe in place of the one before.
class DraftStep final : public QUndoCommand {
 public:
  DraftStep(Configuration& configuration, Draft after, const QString& what)
      : QUndoCommand(what), configuration_(configuration), other_(std::move(after)) {}

  void undo() override { exchange(); }
  void redo() override { exchange(); }

 private:
  // What is left is kept as it is then: it may have been saved under another name meanwhile.
  void exchange() {
    Draft now = configuration_.draft();
    configuration_.adopt(std::move(other_));
    other_ = std::move(now);
  }

  Configuration& configuration_;
  Draft other_;
};

const params::Node* node_at(const params::Node& root, const std::string& key) {
  const params::Node* at = &root;
  for (const std::string& part : base::split(key, '.')) {
    if (at->kind == params::Node::Kind::Sequence) {
      const auto found = std::find_if(at->items.begin(), at->items.end(), [&](const params::Node& item) {
        const params::Node* plugin = item.find(params::kPluginKey);
        return plugin && plugin->text == part;
      });
      at = found == at->items.end() ? nullptr : &*found;
    } else {
      at = at->find(part);
    }
    if (at == nullptr) return nullptr;
  }
  return at;
}

Configuration::Configuration(std::vector<plan::PluginInfo> plugins, QObject* parent)
    : QObject(parent), plugins_(std::move(plugins)), undo_(new QUndoStack(this)) {
  adopt({});
}

base::Status Configuration::open(const std::filesystem::path& recipe) {
  IBOT_TRY(const std::string text, base::read_text_file(recipe, kMostBytes));
  start_from({.file = recipe, .name = {}, .original = text, .text = text},
             tr("recipe %1").arg(QString::fromStdString(recipe.stem().string())), true);
  return {};
}

void Configuration::open_text(const std::string& name, const std::string& text) {
  start_from({.file = {}, .name = name, .original = text, .text = text},
             tr("recipe %1").arg(QString::fromStdString(name)), false);
}

void Configuration::restore(const Draft& draft, const std::optional<ChosenPictures>& pictures) {
  pictures_ = pictures;
  undo_->clear();
  adopt(draft);
}

void Configuration::start_from(Draft draft, const QString& what, bool with_pictures) {
  if (draft == draft_) return;
  if (draft_ == Draft{}) return adopt(std::move(draft));  // the first one: nothing was edited before
  // Of a text that cannot be read nobody knows whether it reads them.
  const bool carry = with_pictures && pictures_ && (!readable_ || names_chosen_pictures());
  undo_->beginMacro(what);
  undo_->push(new DraftStep(*this, std::move(draft), what));
  if (carry) write_pictures();
  undo_->endMacro();
}

void Configuration::use_pictures(const ChosenPictures& pictures) {
  pictures_ = pictures;
  undo_->beginMacro(tr("other pictures"));
  write_pictures();
  undo_->endMacro();
}

void Configuration::write_pictures() {
  // In quotes: a path may hold what YAML would read as something else.
  const QString path = QString::fromStdString(pictures_->path);
  set_value("data.path", QStringLiteral("'%1'")
                             .arg(QString(path).replace(QLatin1Char('\''), QStringLiteral("''")))
                             .toStdString());
  set_value("data.kind", pictures_->kind);
  // A split of the former pictures would be looked for below these.
  if (!result_.plan || !result_.plan->data().split.empty()) set_value("data.split", "''");
}

bool Configuration::names_chosen_pictures() const {
  const params::Node* path = node_at(tree_, "data.path");
  return pictures_ && path != nullptr && path->kind == params::Node::Kind::Scalar &&
         path->text == pictures_->path;
}

bool Configuration::has_chosen_pictures() const {
  return names_chosen_pictures() && is_edited("data.path");
}

base::Status Configuration::save(const std::filesystem::path& file) {
  const params::Node* base = tree_.find("base");
  const std::filesystem::path folder = draft_.file.parent_path();
  if (base != nullptr && base->kind == params::Node::Kind::Scalar && !draft_.file.empty() &&
      std::filesystem::path(base->text).is_relative() && file.parent_path() != folder) {
    const auto whole = std::filesystem::absolute(folder / base->text).lexically_normal();
    IBOT_TRY(const std::string text,
             params::set_yaml(draft_.text, "base", params::Node::scalar(whole.string(), true)));
    draft_.file = file;
    adopt_text(text);
  }
  IBOT_CHECK_OK(base::write_file_atomically(file, std::string_view(draft_.text)));
  draft_.file = file;
  draft_.original = draft_.text;
  original_tree_ = tree_;
  undo_->setClean();
  Q_EMIT changed();
  return {};
}

void Configuration::adopt(Draft draft) {
  if (draft.original != draft_.original) original_tree_ = read_tree(draft.original).value_or(params::Node{});
  draft_ = std::move(draft);
  adopt_text(draft_.text);
}

void Configuration::adopt_text(const std::string& text) {
  if (&text != &draft_.text) draft_.text = text;
  auto tree = read_tree(draft_.text);
  readable_ = tree.has_value();
  tree_ = tree ? std::move(*tree) : params::Node{};
  plan::PlanRequest request;
  request.file = draft_.file;
  request.text = draft_.text;
  request.plugins = plugins_;
  request.machine = base::this_machine();
  request.dataset = dataset_;
  result_ = plan::make_plan(request);
  if (result_.plan && !missing_.empty() && plan::asked_places(*result_.plan) == asked_places_) {
    for (params::Diagnostic& warning : plan::place_warnings(*result_.plan, missing_))
      result_.diagnostics.push_back(std::move(warning));
    params::sort_by_position(result_.diagnostics);
  }
  Q_EMIT changed();
}

void Configuration::set_found(const std::optional<plan::DatasetFacts>& facts,
                              const plan::MissingPlaces& missing, const std::string& asked) {
  missing_ = missing;
  asked_places_ = asked;
  set_dataset(facts);
}

void Configuration::set_dataset(const std::optional<plan::DatasetFacts>& facts) {
  dataset_ = facts;
  adopt_text(draft_.text);
}

void Configuration::replace(const base::Result<std::string>& text, const QString& what,
                            const std::string& merge_with) {
  if (!text) {
    // Of a text that cannot be read the place is said, line and column, without the name of a file.
    const std::string name = file().empty() ? tr("the recipe").toStdString() : file().filename().string();
    const QString why = QString::fromStdString(text.error().to_text());
    const bool unreadable = why.startsWith(QLatin1Char(':'));
    Q_EMIT refused(unreadable
                       ? tr("The text has to be mended first: %1%2").arg(QString::fromStdString(name), why)
                       : why);
    return;
  }
  if (*text != draft_.text) undo_->push(new TextStep(*this, *text, what, merge_with));
}

void Configuration::set_text(const std::string& text) {
  replace(text, tr("typing"), "text");
}

params::Node Configuration::list_node(const std::string& list) const {
  params::Node node = params::Node::sequence({});
  for (const plan::ResolvedSection& section : result_.sections) {
    if (section.name != list || !section.plugin) continue;
    params::Node item = plugin_node(section.plugin->id);
    for (const auto& [key, value] : section.content.values) {
      const auto origin = section.content.origins.find(key);
      if (origin == section.content.origins.end() || origin->second.kind == params::Origin::Kind::Default)
        continue;
      params::Node* at = &item;
      for (const std::string& part : base::split(key, '.')) {
        if (at->kind == params::Node::Kind::Null) *at = params::Node::mapping();
        at = &at->at(part);
      }
      *at = params::to_node(value);
    }
    node.items.push_back(std::move(item));
  }
  return node;
}

base::Result<std::string> Configuration::with_list(const std::string& list) const {
  const params::Node* own = tree_.find(list);
  if (own != nullptr && own->kind == params::Node::Kind::Sequence && !own->items.empty()) return draft_.text;
  return params::set_yaml(draft_.text, list, list_node(list));
}

void Configuration::set_value(const std::string& key, const std::string& value) {
  const std::string section = key.substr(0, key.find('.'));
  const plan::SectionInfo* info = plan::find_section(section);
  base::Result<std::string> text = draft_.text;
  if (info != nullptr && info->is_list && key != section) text = with_list(section);
  if (text) {
    params::Diagnostics unreadable;
    auto node = params::read_yaml(value, {}, unreadable);
    if (!node || params::has_errors(unreadable)) node = params::Node::scalar(value, true);
    text = params::set_yaml(*text, key, *node);
  }
  replace(text, QString::fromStdString(key), key);
}

void Configuration::reset(const std::string& key) {
  const params::Node* before = node_at(original_tree_, key);
  replace(
      before != nullptr ? params::set_yaml(draft_.text, key, *before) : params::remove_yaml(draft_.text, key),
      tr("reset of %1").arg(QString::fromStdString(key)), "");
}

bool Configuration::is_edited(const std::string& key) const {
  const params::Node* before = node_at(original_tree_, key);
  const params::Node* now = node_at(tree_, key);
  if (before == nullptr || now == nullptr) return before != now;
  return !params::same_content(*before, *now);
}

void Configuration::choose_plugin(const std::string& section, const std::string& plugin) {
  replace(params::set_yaml(draft_.text, section, plugin_node(plugin)),
          tr("%1: %2").arg(QString::fromStdString(section), QString::fromStdString(plugin)), "");
}

void Configuration::add_plugin(const std::string& list, const std::string& plugin) {
  base::Result<std::string> text = with_list(list);
  if (text) {
    // A list without elements cannot be appended to: it is written as a whole.
    auto longer = params::append_yaml(*text, list, plugin_node(plugin));
    if (!longer) {
      params::Node whole = list_node(list);
      whole.items.push_back(plugin_node(plugin));
      longer = params::set_yaml(draft_.text, list, whole);
    }
    text = std::move(longer);
  }
  replace(text, tr("add %1").arg(QString::fromStdString(plugin)), "");
}

void Configuration::remove_plugin(const std::string& list, const std::string& plugin) {
  base::Result<std::string> text = with_list(list);
  if (text) {
    text = params::remove_yaml(*text, list + "." + plugin);
    // Without its last element the list would be inherited again.
    const params::Node tree = text ? read_tree(*text).value_or(params::Node{}) : params::Node{};
    const params::Node* left = node_at(tree, list);
    if (text && left != nullptr && left->kind == params::Node::Kind::Null)
      text = params::set_yaml(*text, list, params::Node::sequence({}));
  }
  replace(text, tr("remove %1").arg(QString::fromStdString(plugin)), "");
}

}  // namespace ibot::ui
