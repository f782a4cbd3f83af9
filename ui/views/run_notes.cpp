// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_notes.h"

#include "note_edit.h"
#include "note_view.h"
#include "run_edits.h"

#include <ibot/base/text.h>

#include <ui/models/run_column.h>
#include <ui/style/tokens.h>
#include <ui/widgets/clear_layout.h>
#include <ui/widgets/parts.h>

#include <QDateTime>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QVBoxLayout>
#include <optional>

namespace ibot::ui {
namespace {

constexpr qsizetype kNotePreview = 600;

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

QString when(std::int64_t micros) {
  return QDateTime::fromMSecsSinceEpoch(micros / 1000).toString(QStringLiteral("yyyy-MM-dd HH:mm"));
}

// A label wraps at spaces alone: places to break in what has none.
QString breakable(const QString& words) {
  constexpr int kLongestWord = 30;
  QString result;
  int length = 0;
  for (const QChar c : words) {
    length = c.isSpace() ? 0 : length + 1;
    if (length > kLongestWord && !c.isLowSurrogate()) {
      result += QChar(0x200b);
      length = 1;
    }
    result += c;
  }
  return result;
}

}  // namespace

RunNotes::RunNotes(Record& record, RunEdits& edits, QWidget* parent)
    : QWidget(parent), record_(record), edits_(edits) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kTiny);
  notes_ = new QVBoxLayout;
  notes_->setSpacing(metrics::kSmall);
  layout->addLayout(notes_);
  make_field(layout);
  connect(&record_, &Record::note_read, this, &RunNotes::take_note);
}

void RunNotes::make_field(QVBoxLayout* layout) {
  field_ = new NoteEdit;
  field_->setObjectName(QStringLiteral("inspector_new_note"));
  field_->setPlaceholderText(tr("Write a note; Ctrl+Enter keeps it"));
  field_->setAccessibleName(tr("Write a note"));
  field_->setFixedHeight(64);
  layout->addWidget(field_);
  auto* buttons = new QHBoxLayout;
  hint_ = make_label({}, TextStyle::Small, "hint");
  hint_->setWordWrap(true);
  buttons->addWidget(hint_, 1);
  save_ = make_button(tr("Add note"));
  save_->setObjectName(QStringLiteral("inspector_save_note"));
  buttons->addWidget(save_);
  layout->addLayout(buttons);
  connect(save_, &QPushButton::clicked, this, &RunNotes::add_note);
  connect(field_, &NoteEdit::taken, this, &RunNotes::add_note);
  connect(field_, &NoteEdit::cancelled, this, [this] {
    if (edited_) begin_edit({}, {});
  });
  connect(field_, &NoteEdit::long_text, this, [this](const QString& pasted) {
    if (run_.isEmpty()) return;
    edits_.add_note(run_, pasted);
    hint_->setText(tr("The pasted text was too long for this field and became a note of its own."));
  });
  const auto enable = [this] {
    const bool any = !run_.isEmpty() && !field_->document()->isEmpty();
    save_->setEnabled(any);
    save_->setToolTip(any ? QString() : tr("Write something first."));
  };
  connect(field_, &QPlainTextEdit::textChanged, this, enable);
  enable();
}

void RunNotes::set_run(const QString& run) {
  if (run == run_) return;
  if (!edited_) drafts_[run_] = field_->toPlainText();
  run_ = run;
  details_.reset();
  reading_.clear();
  // What was being written stays with the run it was written for.
  begin_edit({}, drafts_[run]);
  hint_->clear();
}

void RunNotes::show_details(const RunDetailsPtr& details) {
  details_ = details;
  QString made_of = run_;
  if (details_) {
    for (const record::Note& note : details_->notes)
      made_of += QStringLiteral("\n%1 %2 ").arg(note.number).arg(note.size) + text(note.text);
  }
  if (made_of == shown_) return;
  shown_ = made_of;
  take_back_draft();
  clear_layout(notes_);
  if (!details_) return;
  for (const record::Note& note : details_->notes) notes_->addWidget(make_note(note));
}

QWidget* RunNotes::make_note(const record::Note& note) {
  auto* widget = new QWidget;
  widget->setObjectName(QStringLiteral("note_%1").arg(note.number));
  auto* layout = new QVBoxLayout(widget);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  const QString whole = text(note.text);
  const bool cut = note.size > static_cast<std::int64_t>(note.text.size()) || whole.size() > kNotePreview;
  auto* shown = make_label(breakable(cut ? whole.left(kNotePreview) + QStringLiteral("…") : whole));
  shown->setTextFormat(Qt::PlainText);
  shown->setWordWrap(true);
  shown->setTextInteractionFlags(Qt::TextSelectableByMouse);
  layout->addWidget(shown);
  auto* line = new QHBoxLayout;
  line->setSpacing(metrics::kTiny);
  QString about = when(note.time);
  if (note.step) about += tr(", step %1").arg(text(base::format_count(*note.step)));
  line->addWidget(make_label(about, TextStyle::Small, "hint"));
  line->addStretch();
  const auto button = [&](const QString& label, const char* name) {
    QPushButton* made = make_button(label, "link");
    made->setFont(text_font(TextStyle::Small));
    made->setObjectName(QStringLiteral("%1_%2").arg(QLatin1String(name)).arg(note.number));
    line->addWidget(made);
    return made;
  };
  const auto read = [this, number = note.number](Reading reading) {
    reading_[number] = reading;
    record_.read_note(run_, number);
  };
  if (cut) {
    QPushButton* all = button(
        tr("Show all (%1)").arg(text(base::format_bytes(static_cast<std::uint64_t>(note.size)))), "note_all");
    connect(all, &QPushButton::clicked, this, [read] { read(Reading::ToShow); });
  }
  QPushButton* edit = button(tr("Edit"), "note_edit");
  edit->setEnabled(note.size <= NoteEdit::kLongest);
  if (!edit->isEnabled())
    edit->setToolTip(tr("The note is too long to be edited here; it can be shown, copied and removed."));
  connect(edit, &QPushButton::clicked, this, [read] { read(Reading::ToEdit); });
  QPushButton* remove = button(tr("Remove"), "note_remove");
  connect(remove, &QPushButton::clicked, this,
          [this, number = note.number] { edits_.remove_note(run_, number); });
  layout->addLayout(line);
  return widget;
}

void RunNotes::take_note(const QString& run, qint64 number, const QString& whole) {
  const auto wanted = reading_.find(number);
  if (run != run_ || wanted == reading_.end() || !details_) return;
  const Reading reading = wanted->second;
  reading_.erase(wanted);
  if (reading == Reading::ToShow) {
    auto* view = new NoteView(tr("Note of %1").arg(run_title()), whole, window());
    view->show();
    return;
  }
  for (record::Note note : details_->notes) {
    if (note.number != number) continue;
    note.text = whole.toStdString();
    begin_edit(note, whole);
  }
}

void RunNotes::begin_edit(const record::Note& note, const QString& whole) {
  if (note.number == 0) {
    edited_.reset();
  } else {
    edited_ = note;
  }
  field_->setPlainText(whole);
  field_->setFixedHeight(edited_ ? 160 : 64);
  save_->setText(edited_ ? tr("Save note") : tr("Add note"));
  hint_->setText(edited_ ? tr("Changing the note of %1; Esc leaves it as it is").arg(when(note.time))
                         : QString());
  if (edited_) field_->setFocus();
}

void RunNotes::add_note() {
  const QString written = field_->toPlainText();
  if (run_.isEmpty() || written.trimmed().isEmpty()) return;
  const QPointer<RunNotes> self(this);
  const auto keep = [self, run = run_, edited = edited_, written](bool succeeded) {
    if (!succeeded && self) self->give_back(run, edited, written);
  };
  if (edited_) {
    edits_.edit_note(run_, *edited_, written, keep);
  } else {
    edits_.add_note(run_, written, keep);
  }
  begin_edit({}, {});
}

void RunNotes::take_back_draft() {
  if (given_back_.isEmpty() || !details_ || field_->toPlainText() != given_back_) return;
  for (const record::Note& note : details_->notes) {
    if (text(note.text) != given_back_) continue;
    given_back_.clear();
    return begin_edit({}, {});
  }
}

void RunNotes::give_back(const QString& run, const std::optional<record::Note>& edited,
                         const QString& written) {
  const bool free = run == run_ && !edited_ && field_->document()->isEmpty();
  if (free) {
    begin_edit(edited.value_or(record::Note{}), written);
    hint_->setText(tr("It is not in the record yet."));
  } else if (run != run_ && drafts_[run].isEmpty()) {
    drafts_[run] = written;
  }
  given_back_ = written;
}

QString RunNotes::run_title() const {
  const RunView* view = record_.run(run_);
  return view == nullptr ? run_ : run_name(view->run);
}

}  // namespace ibot::ui
