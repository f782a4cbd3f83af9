// SPDX-License-Identifier: GPL-3.0-or-later
#include "note_view.h"

#include <ui/widgets/parts.h>

#include <QAbstractListModel>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>
#include <vector>

namespace ibot::ui {
namespace {

constexpr qsizetype kLineCharacters = 200;

// The lines of a text, long ones in pieces.
class LinesModel final : public QAbstractListModel {
 public:
  LinesModel(QString text, QObject* parent) : QAbstractListModel(parent), text_(std::move(text)) {
    for (qsizetype at = 0; at <= text_.size();) {
      qsizetype end = text_.indexOf(QLatin1Char('\n'), at);
      if (end < 0) end = text_.size();
      for (qsizetype from = at; from == at || from < end; from += kLineCharacters)
        lines_.push_back({from, std::min(kLineCharacters, end - from)});
      at = end + 1;
    }
  }

  int rowCount(const QModelIndex& parent = {}) const override {
    return parent.isValid() ? 0 : static_cast<int>(lines_.size());
  }
  QVariant data(const QModelIndex& index, int role) const override {
    if (!index.isValid() || role != Qt::DisplayRole) return {};
    const Line& line = lines_[static_cast<std::size_t>(index.row())];
    return text_.mid(line.from, line.length);
  }

 private:
  struct Line {
    qsizetype from, length;
  };
  QString text_;
  std::vector<Line> lines_;
};

}  // namespace

NoteView::NoteView(const QString& title, const QString& text, QWidget* parent) : QDialog(parent) {
  setAttribute(Qt::WA_DeleteOnClose);
  setObjectName(QStringLiteral("note_view"));
  setWindowTitle(title);
  resize(720, 480);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  auto* lines = new QListView;
  lines->setObjectName(QStringLiteral("note_lines"));
  lines->setAccessibleName(title);
  lines->setModel(new LinesModel(text, lines));
  lines->setUniformItemSizes(true);
  lines->setFont(text_font(TextStyle::Mono));
  layout->addWidget(lines, 1);
  layout->addWidget(make_hairline());
  auto* bar = new QHBoxLayout;
  bar->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  bar->addWidget(make_label(tr("%L1 characters").arg(text.size()), TextStyle::Small, "label"));
  bar->addStretch();
  QPushButton* copy = make_button(tr("Copy all"));
  connect(copy, &QPushButton::clicked, this, [text] { QGuiApplication::clipboard()->setText(text); });
  bar->addWidget(copy);
  QPushButton* done = make_button(tr("Close"));
  connect(done, &QPushButton::clicked, this, &QDialog::close);
  bar->addWidget(done);
  layout->addLayout(bar);
}

}  // namespace ibot::ui
