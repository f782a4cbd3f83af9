// SPDX-License-Identifier: GPL-3.0-or-later
// The right part of the Export page: the proof, what the file holds, and the Python that loads it.
#include "export_page.h"

#include <ibot/base/text.h>

#include <ui/style/theme.h>
#include <ui/widgets/paragraph.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/plain_table.h>

#include <QClipboard>
#include <QDir>
#include <QFontMetrics>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QTableView>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

constexpr int kShapes = 152;  // px
constexpr int kTypes = 72;
constexpr int kSnippetLines = 19;  // with every switch that a network may have
constexpr int kCopy = 88;          // px: its word changes, its place does not

QString count(std::int64_t value) {
  return QString::fromStdString(base::format_count(value));
}

}  // namespace

QWidget* ExportPage::make_result() {
  result_ = new QStackedWidget;
  result_->setProperty("role", "canvas");
  result_->setAttribute(Qt::WA_StyledBackground);
  auto* nothing = new QWidget;
  auto* middle = new QVBoxLayout(nothing);
  middle->setContentsMargins(metrics::kHuge, metrics::kHuge, metrics::kHuge, metrics::kHuge);
  QLabel* words = make_label(tr("Once the file is written, here is the proof that it holds the same network, "
                                "what it is made of, and how Python loads it."),
                             TextStyle::Body, "label");
  words->setWordWrap(true);
  words->setAlignment(Qt::AlignCenter);
  middle->addWidget(words);
  result_->addWidget(nothing);

  auto* page = new QWidget;
  auto* layout = new QVBoxLayout(page);
  layout->setContentsMargins(metrics::kLarge, metrics::kLarge, metrics::kLarge, metrics::kLarge);
  layout->setSpacing(metrics::kTiny);
  auto* proof = new QHBoxLayout;
  proof->setSpacing(metrics::kSmall);
  auto* mark = new QLabel;
  const auto paint_mark = [mark] {
    mark->setPixmap(pixmap(QStringLiteral("tick"), Theme::instance().tokens().good, metrics::kIcon,
                           mark->devicePixelRatioF()));
  };
  paint_mark();
  connect(&Theme::instance(), &Theme::changed, mark, paint_mark);
  proof->addWidget(mark);
  proof_ = make_label({}, TextStyle::Heading);
  proof_->setObjectName(QStringLiteral("export_proof"));
  proof_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  proof->addWidget(proof_, 1);
  layout->addLayout(proof);
  what_ = make_paragraph({}, TextStyle::Small, "label");
  what_->setObjectName(QStringLiteral("export_what"));
  layout->addWidget(what_);
  layout->addSpacing(metrics::kMedium);
  layout->addWidget(make_contents(), 1);
  layout->addSpacing(metrics::kMedium);
  layout->addWidget(make_snippet());
  result_->addWidget(page);
  return result_;
}

QWidget* ExportPage::make_contents() {
  names_ = new QStandardItemModel(this);
  table_ = new QTableView;
  dress_plain_table(*table_, "export_names", tr("Names and shapes of the file's tensors"));
  table_->setModel(names_);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setMinimumHeight(4 * metrics::kRow);
  table_->horizontalHeader()->setFont(text_font(TextStyle::Small));
  return table_;
}

QWidget* ExportPage::make_snippet() {
  auto* part = new QWidget;
  auto* layout = new QVBoxLayout(part);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kTiny);
  auto* title = new QHBoxLayout;
  title->addWidget(make_label(tr("In Python"), TextStyle::Heading));
  title->addStretch();
  copy_ = make_button(tr("Copy"));
  copy_->setFixedWidth(kCopy);
  copy_->setObjectName(QStringLiteral("export_copy"));
  copy_->setAccessibleName(tr("Copy the lines of Python"));
  title->addWidget(copy_);
  layout->addLayout(title);
  snippet_ = new QPlainTextEdit;
  snippet_->setObjectName(QStringLiteral("export_snippet"));
  snippet_->setAccessibleName(tr("Lines of Python that load the file"));
  snippet_->setReadOnly(true);
  snippet_->setTabChangesFocus(true);
  snippet_->setLineWrapMode(QPlainTextEdit::NoWrap);
  const QFont font = text_font(TextStyle::Mono);
  snippet_->setFont(font);
  snippet_->setFixedHeight(kSnippetLines * QFontMetrics(font).lineSpacing() + 2 * metrics::kMedium);
  layout->addWidget(snippet_);
  connect(copy_, &QPushButton::clicked, this, [this] {
    QGuiApplication::clipboard()->setText(snippet_->toPlainText());
    copy_->setText(tr("Copied"));
  });
  return part;
}

void ExportPage::show_file(const ExportedFile& file) {
  std::int64_t values = 0;
  for (const ExportedTensor& each : file.tensors) values += each.elements();
  proof_->setText(proof_of(file));
  what_->setText(tr("%1: the %2 at step %3, %4 values.")
                     .arg(QDir::toNativeSeparators(file.file),
                          file.network == QLatin1String("student") ? tr("student") : tr("teacher"),
                          count(file.step), count(values)));
  names_->clear();
  names_->setHorizontalHeaderLabels({tr("Name"), tr("Shape"), tr("Type")});
  for (int column = 0; column < names_->columnCount(); ++column)
    names_->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  for (const ExportedTensor& each : file.tensors) {
    QStringList sizes;
    for (const std::int64_t size : each.shape) sizes << QString::number(size);
    const QList<QStandardItem*> row = {
        new QStandardItem(each.name),
        new QStandardItem(QLatin1Char('[') + sizes.join(QLatin1String(", ")) + QLatin1Char(']')),
        new QStandardItem(each.dtype)};
    for (QStandardItem* item : row) item->setFont(text_font(TextStyle::Mono));
    names_->appendRow(row);
  }
  table_->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
  table_->setColumnWidth(1, kShapes);
  table_->setColumnWidth(2, kTypes);
  const QString snippet = timm_snippet(file);
  snippet_->setPlainText(
      snippet.isEmpty() ? tr("# This backbone is not a Vision Transformer that timm knows.") : snippet);
  copy_->setText(tr("Copy"));
  copy_->setEnabled(!snippet.isEmpty());
  copy_->setToolTip(snippet.isEmpty() ? tr("There are no lines for this backbone.")
                                      : tr("Copies these lines"));
  result_->setCurrentIndex(1);
}

}  // namespace ibot::ui
