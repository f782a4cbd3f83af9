// SPDX-License-Identifier: GPL-3.0-or-later
#include "column_chooser.h"

#include <ui/models/run_table_model.h>
#include <ui/style/theme.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/popup.h>

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSet>
#include <QVBoxLayout>
#include <algorithm>

namespace ibot::ui {
namespace {

using Kind = RunColumn::Kind;

constexpr int kWidth = 320;
constexpr int kHeight = 420;
constexpr int kRow = 24;
constexpr int kIdOfItem = Qt::UserRole;

QString heading_of(Kind kind) {
  switch (kind) {
    case Kind::Metric:
      return QObject::tr("Last value of a metric");
    case Kind::Evaluation:
      return QObject::tr("Newest value of an evaluation");
    case Kind::Curve:
      return QObject::tr("Curve");
    case Kind::Parameter:
      return QObject::tr("Parameter");
    default:
      return {};
  }
}

}  // namespace

ColumnChooser::ColumnChooser(RunTableModel& model, QWidget* parent)
    : QFrame(parent, Qt::Popup), model_(model) {
  setObjectName(QStringLiteral("column_chooser"));
  setProperty("role", "card");
  setAttribute(Qt::WA_StyledBackground);
  setFixedSize(kWidth, kHeight);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(metrics::kMedium, metrics::kMedium, metrics::kMedium, metrics::kMedium);
  layout->setSpacing(metrics::kSmall);
  search_ = new QLineEdit;
  search_->setObjectName(QStringLiteral("column_search"));
  search_->setPlaceholderText(tr("Search columns: lr, knn, mask"));
  search_->setAccessibleName(tr("Search columns"));
  search_->setClearButtonEnabled(true);
  layout->addWidget(search_);
  list_ = new QListWidget;
  list_->setObjectName(QStringLiteral("column_list"));
  list_->setAccessibleName(tr("Columns"));
  list_->setUniformItemSizes(true);
  layout->addWidget(list_, 1);
  QPushButton* usual = make_button(tr("Usual columns"));
  usual->setObjectName(QStringLiteral("usual_columns"));
  usual->setToolTip(tr("State, steps, the parameters that differ between the runs, loss, evaluations, tags"));
  layout->addWidget(usual);
  connect(search_, &QLineEdit::textChanged, this, &ColumnChooser::filter);
  connect(list_, &QListWidget::itemChanged, this, &ColumnChooser::take);
  connect(usual, &QPushButton::clicked, this, [this] {
    model_.choose_columns(std::nullopt);
    fill();
    Q_EMIT chosen();
  });
}

void ColumnChooser::open(const QPoint& at) {
  search_->clear();
  fill();
  show_popup(this, at);
  search_->setFocus();
}

void ColumnChooser::add_heading(const QString& text) {
  auto* item = new QListWidgetItem(text, list_);
  item->setFlags(Qt::NoItemFlags);
  item->setFont(text_font(TextStyle::Small));
  item->setForeground(Theme::instance().tokens().text2);
  item->setSizeHint({0, kRow});
}

void ColumnChooser::fill() {
  filling_ = true;
  list_->clear();
  QSet<QString> ticked;
  for (const RunColumn& column : model_.chosen()) ticked.insert(column.id());
  QString heading;
  for (const RunColumn& column : model_.available()) {
    // A table without names says nothing.
    if (column.kind == Kind::Name) continue;
    if (const QString next = heading_of(column.kind); next != heading) add_heading(heading = next);
    const bool differing = column.kind == Kind::Differing;
    const QString text =
        differing ? tr("%1 (%2)").arg(column.title()).arg(model_.differing().size()) : column.title();
    auto* item = new QListWidgetItem(column.kind == Kind::Curve ? column.key : text, list_);
    item->setData(kIdOfItem, column.id());
    item->setToolTip(column.description());
    item->setSizeHint({0, kRow});
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    item->setCheckState(ticked.contains(column.id()) ? Qt::Checked : Qt::Unchecked);
  }
  filling_ = false;
  filter(search_->text());
}

void ColumnChooser::filter(const QString& text) {
  for (int row = 0; row < list_->count(); ++row) {
    QListWidgetItem* item = list_->item(row);
    const bool heading = item->data(kIdOfItem).isNull();
    const bool fits = text.isEmpty() ||
                      (!heading && item->data(kIdOfItem).toString().contains(text, Qt::CaseInsensitive)) ||
                      (!heading && item->text().contains(text, Qt::CaseInsensitive));
    item->setHidden(!fits);
  }
}

void ColumnChooser::take(const QListWidgetItem* item) {
  if (filling_) return;
  const auto column = RunColumn::from_id(item->data(kIdOfItem).toString());
  if (!column) return;
  std::vector<RunColumn> columns = model_.chosen();
  const auto known = std::find(columns.begin(), columns.end(), *column);
  if (item->checkState() == Qt::Checked && known == columns.end()) {
    columns.push_back(*column);
  } else if (item->checkState() == Qt::Unchecked && known != columns.end()) {
    columns.erase(known);
  }
  model_.choose_columns(std::move(columns));
  Q_EMIT chosen();
}

}  // namespace ibot::ui
