// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/params/diagnostic.h>
#include <ibot/params/schema.h>

#include <QWidget>
#include <optional>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QToolButton;

namespace ibot::ui {

/// One parameter: name, control, unit, who wrote the value, and an arrow back where it was changed. What is
/// wrong with it stands below, in the words of the command line. The control follows from the definition
/// alone: a parameter that nobody has seen before has a row like any other.
class FieldRow final : public QWidget {
  Q_OBJECT

 public:
  FieldRow(std::string key, const params::Definition& definition, QWidget* parent = nullptr);

  const std::string& key() const { return key_; }
  const params::Definition& definition() const { return definition_; }
  /// A control that a person is in the middle of changing keeps its text while it is refused.
  void show_value(const params::Value& value, const params::Origin& origin, bool edited);
  void show_problem(const std::optional<params::Diagnostic>& problem);
  /// Whether key, help or group hold the text.
  bool fits(const QString& filter) const;
  QWidget* control() const;

 Q_SIGNALS:
  /// The value as it would be written in YAML.
  void edited(const std::string& key, const std::string& value);
  void reset_wanted(const std::string& key);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QWidget* make_control();
  void send(const QString& text);

  std::string key_;
  params::Definition definition_;
  QCheckBox* check_ = nullptr;
  QComboBox* choice_ = nullptr;
  QLineEdit* line_ = nullptr;
  QLabel* origin_;
  QToolButton* reset_;
  QLabel* problem_;
  QString shown_;         ///< the value as it was shown last, whatever stands in the line
  bool sending_ = false;  ///< what changes now follows from this row
  bool typing_ = false;   ///< since the first key, until Return or the focus leaves
  bool refused_ = false;  ///< what was typed is wrong: it stays to be mended
};

/// "Share of masked patches... A number from 0 to 1. Default 0.3 (paper 3.2)."
QString help_text(const params::Definition& definition);

}  // namespace ibot::ui
