// SPDX-License-Identifier: GPL-3.0-or-later
#include "kept_draft.h"

#include "configuration.h"

#include <ibot/base/file.h>
#include <ibot/params/yaml.h>

#include <ui/widgets/setting.h>

#include <QVariantMap>
#include <memory>

namespace ibot::ui {
namespace {

const QString kKey = QStringLiteral("draft");

// Bytes: a file may hold what is no text.
QVariant bytes(const std::string& text) {
  return QByteArray::fromStdString(text);
}

std::string text(const QVariantMap& kept, const char* key) {
  return kept.value(QString::fromLatin1(key)).toByteArray().toStdString();
}

QVariantMap to_map(const Configuration& configuration) {
  const Draft& draft = configuration.draft();
  QVariantMap map{{QStringLiteral("file"), bytes(draft.file.string())},
                  {QStringLiteral("name"), bytes(draft.name)},
                  {QStringLiteral("original"), bytes(draft.original)},
                  {QStringLiteral("text"), bytes(draft.text)}};
  if (const auto& pictures = configuration.pictures()) {
    map.insert(QStringLiteral("pictures"), bytes(pictures->path));
    map.insert(QStringLiteral("kind"), bytes(pictures->kind));
  }
  return map;
}

void restore(Configuration& configuration) {
  const QVariantMap kept = read_setting(kKey).toMap();
  Draft draft{.file = text(kept, "file"),
              .name = text(kept, "name"),
              .original = text(kept, "original"),
              .text = text(kept, "text")};
  if (draft == Draft{}) return;
  const bool changed = draft.text != draft.original;
  // What others wrote into the file meanwhile is what this one differs from.
  if (const auto now = draft.file.empty() ? base::Result<std::string>(draft.original)
                                          : base::read_text_file(draft.file, params::kMostYamlBytes)) {
    draft.original = *now;
    if (!changed) draft.text = *now;
  }
  std::optional<ChosenPictures> pictures;
  if (kept.contains(QStringLiteral("pictures")))
    pictures = ChosenPictures{text(kept, "pictures"), text(kept, "kind")};
  configuration.restore(draft, pictures);
}

}  // namespace

void keep_draft(Configuration& configuration) {
  restore(configuration);
  // Much else than an edit changes the plan.
  auto last = std::make_shared<QVariantMap>(to_map(configuration));
  QObject::connect(&configuration, &Configuration::changed, &configuration, [&configuration, last] {
    if (configuration.text().size() > params::kMostYamlBytes)
      return;  // no recipe, and nothing to write often
    QVariantMap now = to_map(configuration);
    if (now == *last) return;
    *last = std::move(now);
    write_setting(kKey, *last);
  });
}

}  // namespace ibot::ui
