// SPDX-License-Identifier: GPL-3.0-or-later
#include "missing_plugins.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace ibot::ui {
namespace {

QString member(const QJsonObject& plugin, const char* name) {
  constexpr qsizetype kLongest = 80;  // whatever a record says, it stays a word in a sentence
  return plugin.value(QLatin1String(name)).toString().simplified().left(kLongest);
}

}  // namespace

QStringList missing_plugins(const std::string& plan_json, const std::vector<plan::PluginInfo>& here) {
  const QJsonObject used = QJsonDocument::fromJson(QByteArray::fromStdString(plan_json))
                               .object()
                               .value(QLatin1String("plugins"))
                               .toObject();
  QStringList missing;
  for (const QJsonValue& each : used) {
    const QJsonObject plugin = each.toObject();
    const QString id = member(plugin, "id");
    const auto kind = plugin::parse_kind(member(plugin, "kind").toStdString());
    if (id.isEmpty() || !kind) continue;
    const bool found = std::any_of(here.begin(), here.end(), [&](const plan::PluginInfo& info) {
      return info.kind == *kind && info.id == id.toStdString();
    });
    if (found) continue;
    missing << QCoreApplication::translate("MissingPlugins", "%1 plugin %2 %3")
                   .arg(member(plugin, "kind"), id, member(plugin, "version"))
                   .trimmed();
  }
  missing.removeDuplicates();
  return missing;
}

}  // namespace ibot::ui
