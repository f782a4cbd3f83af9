// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin_list.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace ibot::ui {
namespace {

constexpr int kTimeLimitMillis = 120'000;  // a plugin may wait for something that never comes

QString built_for(const QJsonObject& fingerprint) {
  QStringList parts;
  parts << fingerprint[QStringLiteral("compiler")].toString();
  const QString torch = fingerprint[QStringLiteral("torch")].toString();
  if (!torch.isEmpty() && torch != QStringLiteral("none")) parts << QStringLiteral("LibTorch ") + torch;
  const int cuda = fingerprint[QStringLiteral("cuda_major")].toInt();
  if (cuda > 0) parts << QStringLiteral("CUDA %1").arg(cuda);
  const QString sdk = fingerprint[QStringLiteral("sdk")].toString();
  if (!sdk.isEmpty()) parts << QStringLiteral("SDK ") + sdk;
  parts.removeAll(QString());
  return parts.join(QStringLiteral(", "));
}

PluginRow row_of(const QJsonObject& object) {
  const auto text = [&](const char* key) { return object[QLatin1String(key)].toString(); };
  PluginRow row;
  row.kind = text("kind");
  row.id = text("id");
  row.name = row.kind + QLatin1Char('/') + row.id;
  row.version = text("version");
  row.summary = text("summary");
  row.state = text("state");
  row.off_by = text("off_by");
  row.reason = text("reason");
  row.hint = text("hint");
  row.manifest = text("manifest");
  row.built_for = built_for(object[QStringLiteral("built_for")].toObject());
  row.shipped = object[QStringLiteral("shipped")].toBool();
  row.load_seconds = object[QStringLiteral("load_seconds")].toDouble();
  return row;
}

}  // namespace

std::optional<Plugins> parse_plugins(const QByteArray& json) {
  const QJsonObject answer = QJsonDocument::fromJson(json).object();
  if (!answer[QStringLiteral("plugins")].isArray()) return std::nullopt;
  Plugins plugins;
  plugins.safe_mode = answer[QStringLiteral("safe_mode")].toBool();
  for (const QJsonValue& each : answer[QStringLiteral("plugins")].toArray())
    plugins.rows.push_back(row_of(each.toObject()));
  return plugins;
}

PluginList::PluginList(QObject* parent) : QObject(parent) {
  program_.set_time_limit(kTimeLimitMillis);
  connect(&program_, &Program::finished, this, [this](const ProgramResult& result) {
    if (result.cancelled) return;
    if (!result.succeeded) return Q_EMIT failed(result.why);
    auto plugins = parse_plugins(result.output);
    if (!plugins)
      return Q_EMIT failed(
          tr("The program ibot answered in a way that this window does not know: the two are not of one "
             "version."));
    plugins_ = std::move(*plugins);
    Q_EMIT listed();
  });
}

void PluginList::ask(const QStringList& change) {
  program_.start(QStringList{QStringLiteral("plugins"), QStringLiteral("--json"), QStringLiteral("--load")} +
                 change);
}

}  // namespace ibot::ui
