// SPDX-License-Identifier: GPL-3.0-or-later
#include "preferences.h"

#include "settings.h"

#include <ui/widgets/parts.h>

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace ibot::ui {

Preferences::Preferences(QWidget* parent) : QDialog(parent) {
  setObjectName(QStringLiteral("preferences"));
  setWindowTitle(tr("Preferences"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(metrics::kHuge, metrics::kLarge, metrics::kHuge, metrics::kLarge);
  layout->setSpacing(metrics::kLarge);
  layout->addWidget(make_label(tr("Preferences"), TextStyle::Title));
  auto* form = new QFormLayout;
  form->setHorizontalSpacing(metrics::kHuge);
  form->setVerticalSpacing(metrics::kMedium);
  form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  layout->addLayout(form);

  auto* theme = new QComboBox;
  theme->setObjectName(QStringLiteral("preferences_theme"));
  theme->addItem(tr("As the system"), static_cast<int>(ThemeChoice::System));
  theme->addItem(tr("Dark"), static_cast<int>(ThemeChoice::Dark));
  theme->addItem(tr("Light"), static_cast<int>(ThemeChoice::Light));
  theme->setCurrentIndex(theme->findData(static_cast<int>(theme_choice())));
  theme->setToolTip(tr("The system is asked when the program starts."));
  theme->setAccessibleName(tr("Theme"));
  form->addRow(make_label(tr("Theme"), TextStyle::Body, "label"), theme);
  auto* font = new QSpinBox;
  font->setObjectName(QStringLiteral("preferences_font"));
  font->setRange(kSmallestEditorFont, kLargestEditorFont);
  font->setSuffix(tr(" px"));
  font->setValue(editor_font_size());
  font->setAccessibleName(tr("Text size of recipes and logs"));
  form->addRow(make_label(tr("Text size of recipes and logs"), TextStyle::Body, "label"), font);
  auto* motion = new QCheckBox(tr("Nothing moves by itself"));
  motion->setObjectName(QStringLiteral("preferences_motion"));
  motion->setToolTip(tr("Menus open at once, and bars that only show that something works stand still."));
  motion->setChecked(reduced_motion());
  form->addRow(make_label(tr("Reduced motion"), TextStyle::Body, "label"), motion);

  QPushButton* keys = make_button(tr("Change…"));
  keys->setObjectName(QStringLiteral("preferences_shortcuts"));
  keys->setAccessibleName(tr("Change shortcuts"));
  keys->setAutoDefault(false);
  form->addRow(make_label(tr("Shortcuts"), TextStyle::Body, "label"), keys);
  connect(keys, &QPushButton::clicked, this, [this] {
    accept();
    Q_EMIT shortcuts_wanted();
  });

  QPushButton* close = make_button(tr("Close"), "primary");
  close->setDefault(true);
  layout->addWidget(close, 0, Qt::AlignRight);
  connect(close, &QPushButton::clicked, this, &QDialog::accept);

  const auto apply = [this] {
    apply_settings();
    Q_EMIT changed();
  };
  connect(theme, &QComboBox::currentIndexChanged, this, [theme, apply] {
    set_theme_choice(static_cast<ThemeChoice>(theme->currentData().toInt()));
    apply();
  });
  connect(font, &QSpinBox::valueChanged, this, [apply](int px) {
    set_editor_font_size(px);
    apply();
  });
  connect(motion, &QCheckBox::toggled, this, [apply](bool reduced) {
    set_reduced_motion(reduced);
    apply();
  });
}

}  // namespace ibot::ui
