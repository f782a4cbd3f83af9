// SPDX-License-Identifier: GPL-3.0-or-later
#include "check_page.h"

#include "advice_list.h"
#include "speed_panel.h"
#include "weights_panel.h"

#include <ibot/base/machine.h>
#include <ibot/base/text.h>
#include <ibot/compare/duplicates.h>
#include <ibot/params/value.h>
#include <ibot/plan/explain.h>

#include <ui/style/theme.h>
#include <ui/widgets/clear_layout.h>
#include <ui/widgets/cost_bar.h>
#include <ui/widgets/paragraph.h>
#include <ui/widgets/parts.h>

#include <QDir>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QIntValidator>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <limits>

namespace ibot::ui {
namespace {

constexpr int kTitleWidth = 88;
constexpr int kCosts = 340;
constexpr int kBeside = 860;  // px: with less the costs stand below the receipt
constexpr int kMostRuns = 5;

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

QString bytes(std::uint64_t count) {
  return text(base::format_bytes(count));
}

QScrollArea* scrolled(QWidget* content) {
  auto* area = new QScrollArea;
  area->setWidget(content);
  area->setWidgetResizable(true);
  area->setFrameShape(QFrame::NoFrame);
  return area;
}

std::vector<BarPart> bar_parts(const std::vector<plan::CostPart>& parts) {
  std::vector<BarPart> bar;
  for (const plan::CostPart& part : parts)
    bar.push_back({text(part.title), static_cast<double>(part.bytes), bytes(part.bytes)});
  return bar;
}

}  // namespace

CheckPage::CheckPage(Configuration& configuration, Record& record, QWidget* parent)
    : QWidget(parent),
      configuration_(configuration),
      record_(record),
      new_workspace_(QDir::home().filePath(QStringLiteral("ibot-workspace"))) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(make_header());
  layout->addWidget(make_hairline());
  layout->addWidget(make_banner());
  auto* columns = new QHBoxLayout;
  columns->setSpacing(0);
  auto* whole = new QWidget;
  below_ = new QVBoxLayout(whole);
  below_->setContentsMargins(0, 0, 0, 0);
  below_->setSpacing(0);
  below_->addWidget(make_receipt(), 1);
  columns->addWidget(scrolled(whole), 1);
  border_ = new QFrame;
  border_->setProperty("role", "vertical-hairline");
  border_->setFixedWidth(1);
  columns->addWidget(border_);
  costs_ = make_costs();
  beside_ = scrolled(costs_);
  beside_->setFixedWidth(kCosts + 2 * metrics::kLarge);
  columns->addWidget(beside_);
  layout->addLayout(columns, 1);

  connect(&configuration, &Configuration::changed, this, &CheckPage::refresh);
  connect(&configuration, &Configuration::refused, this, [this](const QString& why) {
    if (!isVisible()) return;  // another page's edit, and said there
    show_failure(why, {});
    refused_ = configuration_.text();
  });
  connect(&configuration, &Configuration::changed, this, [this] {
    // Mended meanwhile, perhaps: the next edit will tell.
    if (refused_ && *refused_ != configuration_.text()) banner_->hide();
  });
  connect(&record, &Record::runs_changed, this, [this] {
    if (isVisible()) refresh_duplicates();
    if (isVisible()) speed_->refresh(others());
  });
  connect(&record, &Record::opened, this, &CheckPage::refresh);
  connect(&record, &Record::closed, this, &CheckPage::refresh);
  connect(&data_, &DataFacts::found, this, &CheckPage::take_data);
  connect(&program_, &Program::finished, this, &CheckPage::take_start);
  connect(&program_, &Program::said, this, [this](const QString& line) {
    // The built-in scenes may have to be drawn first, which takes a minute.
    if (program_.is_running() && line.startsWith(QStringLiteral("drawing"))) state_->setText(line.trimmed());
  });
  connect(weights_, &WeightsPanel::changed, this, &CheckPage::refresh_start);
  connect(speed_, &SpeedPanel::changed, this, &CheckPage::refresh_start);
  connect(weights_, &WeightsPanel::changed, this, &CheckPage::refresh_duplicates);
  refresh();
}

QWidget* CheckPage::make_header() {
  auto* header = new QWidget;
  auto* layout = new QHBoxLayout(header);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  layout->setSpacing(metrics::kSmall);
  title_ = make_label(tr("Check"), TextStyle::Title);
  layout->addWidget(title_);
  state_ = make_label({}, TextStyle::Body, "label");
  state_->setObjectName(QStringLiteral("check_state"));
  state_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  layout->addWidget(state_, 1);
  cancel_ = make_button(tr("Cancel"));
  cancel_->setToolTip(tr("Nothing was started yet."));
  queue_ = make_button(tr("Add to queue"));
  queue_->setObjectName(QStringLiteral("check_queue"));
  start_ = make_button(tr("Start"), "primary");
  start_->setObjectName(QStringLiteral("check_start"));
  for (QPushButton* button : {cancel_, queue_, start_}) layout->addWidget(button);
  // The keyboard comes to what the page is for, though that stands last.
  setTabOrder(start_, queue_);
  setTabOrder(queue_, cancel_);
  connect(start_, &QPushButton::clicked, this, &CheckPage::start);
  connect(queue_, &QPushButton::clicked, this, &CheckPage::add_to_queue);
  connect(cancel_, &QPushButton::clicked, &program_, &Program::cancel);
  return header;
}

QWidget* CheckPage::make_banner() {
  banner_ = new QFrame;
  banner_->setObjectName(QStringLiteral("check_banner"));
  banner_->setProperty("role", "banner");
  banner_->setProperty("level", "bad");
  auto* layout = new QHBoxLayout(banner_);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  auto* words = new QVBoxLayout;
  words->setSpacing(metrics::kTiny);
  banner_text_ = make_paragraph({});
  banner_details_ = make_paragraph({}, TextStyle::Mono, "label");
  words->addWidget(banner_text_);
  words->addWidget(banner_details_);
  layout->addLayout(words, 1);
  again_ = make_button(tr("Try again"));
  again_->setObjectName(QStringLiteral("check_again"));
  connect(again_, &QPushButton::clicked, this, [this] { queueing_ ? add_to_queue() : start(); });
  layout->addWidget(again_, 0, Qt::AlignTop);
  QPushButton* close = make_button(tr("Dismiss"));
  connect(close, &QPushButton::clicked, banner_, &QWidget::hide);
  layout->addWidget(close, 0, Qt::AlignTop);
  banner_->hide();
  return banner_;
}

QWidget* CheckPage::make_receipt() {
  auto* page = new QWidget;
  auto* layout = new QVBoxLayout(page);
  layout->setContentsMargins(metrics::kHuge, metrics::kLarge, metrics::kHuge, metrics::kLarge);
  layout->setSpacing(metrics::kSmall);

  auto* fields = new QHBoxLayout;
  fields->setSpacing(metrics::kSmall);
  const auto add_field = [&](const QString& words, const char* name, int width) {
    QLabel* label = make_label(words, TextStyle::Small, "label");
    label->setFixedWidth(fields->count() == 0 ? kTitleWidth : 40);
    auto* line = new QLineEdit;
    line->setObjectName(QString::fromLatin1(name));
    line->setAccessibleName(words);
    line->setFixedWidth(width);
    label->setBuddy(line);
    fields->addWidget(label);
    fields->addWidget(line);
    return line;
  };
  name_ = add_field(tr("Name"), "check_name", 260);
  name_->setPlaceholderText(tr("run"));
  name_->setToolTip(tr("What the run is called in lists. It changes nothing else."));
  fields->addSpacing(metrics::kSmall);
  seed_ = add_field(tr("Seed"), "check_seed", 88);
  seed_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  seed_->setValidator(new QIntValidator(0, std::numeric_limits<int>::max(), seed_));
  seed_->setToolTip(tr("Seed of every draw: order, crops, masks, initial weights."));
  fields->addStretch();
  layout->addLayout(fields);
  connect(name_, &QLineEdit::textEdited, this, [this](const QString& words) {
    configuration_.set_value("name", params::quote_if_needed(words.toStdString()));
  });
  connect(seed_, &QLineEdit::textEdited, this, [this](const QString& words) {
    if (!words.isEmpty()) configuration_.set_value("seed", words.toStdString());
  });

  auto* duplicates = new QWidget;
  duplicates_ = new QVBoxLayout(duplicates);
  duplicates_->setContentsMargins(0, 0, 0, 0);
  duplicates_->setSpacing(metrics::kTiny);
  layout->addWidget(duplicates);

  auto* lines = new QWidget;
  lines->setObjectName(QStringLiteral("check_lines"));
  lines_ = new QGridLayout(lines);
  lines_->setContentsMargins(0, metrics::kSmall, 0, 0);
  lines_->setHorizontalSpacing(metrics::kSmall);
  lines_->setVerticalSpacing(metrics::kSmall);
  lines_->setColumnMinimumWidth(0, kTitleWidth);
  lines_->setColumnStretch(1, 1);
  layout->addWidget(lines);

  layout->addSpacing(metrics::kMedium);
  advice_ = new AdviceList(configuration_);
  advice_->setObjectName(QStringLiteral("check_advice"));
  connect(advice_, &AdviceList::show_wanted, this, &CheckPage::show_wanted);
  layout->addWidget(advice_);
  layout->addStretch();
  return page;
}

QWidget* CheckPage::make_costs() {
  auto* page = new QWidget;
  auto* layout = new QVBoxLayout(page);
  layout->setContentsMargins(metrics::kLarge, metrics::kLarge, metrics::kLarge, metrics::kLarge);
  layout->setSpacing(metrics::kLarge);
  speed_ = new SpeedPanel(configuration_);
  memory_ = new CostBar(tr("Memory"));
  memory_->setObjectName(QStringLiteral("check_memory"));
  disk_ = new CostBar(tr("Disk"));
  disk_->setObjectName(QStringLiteral("check_disk"));
  weights_ = new WeightsPanel(configuration_);
  for (QWidget* part : {static_cast<QWidget*>(speed_), static_cast<QWidget*>(memory_),
                        static_cast<QWidget*>(disk_), static_cast<QWidget*>(weights_), make_place()})
    layout->addWidget(part);
  layout->addStretch();
  return page;
}

QWidget* CheckPage::make_place() {
  auto* part = new QWidget;
  auto* layout = new QVBoxLayout(part);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kTiny);
  // The button beside the heading: below the path it would be pushed off a small screen.
  auto* head = new QHBoxLayout;
  head->addWidget(make_label(tr("Kept in"), TextStyle::Heading));
  head->addStretch();
  change_place_ = make_button(tr("Another folder\u2026"), "link");
  change_place_->setObjectName(QStringLiteral("check_choose_place"));
  connect(change_place_, &QPushButton::clicked, this, &CheckPage::choose_workspace);
  head->addWidget(change_place_);
  layout->addLayout(head);
  place_ = make_label({}, TextStyle::Small, "label");
  place_->setObjectName(QStringLiteral("check_place"));
  place_->setWordWrap(true);
  layout->addWidget(place_);
  return part;
}

void CheckPage::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  const bool beside = width() >= kBeside;
  if (beside == (beside_->widget() != nullptr)) return;
  if (beside) {
    below_->removeWidget(costs_);
    beside_->setWidget(costs_);
  } else {
    beside_->takeWidget();
    below_->addWidget(costs_);
  }
  costs_->show();
  border_->setVisible(beside);
  beside_->setVisible(beside);
}

void CheckPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  look_again();  // folders change while one looks at something else
}

void CheckPage::refresh() {
  if (!isVisible()) return;
  look_at_data();
  refresh_lines();
  advice_->refresh();
  refresh_duplicates();
  refresh_costs();
  weights_->configuration_changed();
  speed_->refresh(others());
  refresh_start();
}

void CheckPage::look_at_data() {
  std::string asked;
  const plan::ResolvedSection* section = nullptr;
  for (const plan::ResolvedSection& each : configuration_.result().sections) {
    if (each.name == "data") section = &each;
  }
  if (section == nullptr) return;
  asked = workspace().toStdString() + '\n';
  for (const auto& [key, value] : section->content.values) asked += key + params::to_text(value) + '\n';
  const std::optional<plan::Plan> plan = configuration_.result().plan;
  const std::string places = plan ? plan::asked_places(*plan) : std::string();
  if (asked == asked_data_ && (places == asked_places_ || places.empty())) return;
  asked_places_ = places;
  // Before the plan is made anew, which takes the section away.
  const auto options = params::bind<data::DataOptions>(section->content.values);
  const bool other = !asked_data_.empty() && asked != asked_data_;
  asked_data_ = asked;
  if (other) {
    found_ = {};
    // The plan is made anew without what was known of the other data; this page hears of it.
    configuration_.set_dataset(std::nullopt);
  }
  data_.look(options, plan, workspace());
}

void CheckPage::take_data(const FoundData& found) {
  found_ = found;
  configuration_.set_found(found.facts, found.missing, found.asked);
}

void CheckPage::set_unreadable(const QString& path, qint64 pictures, qint64 unreadable) {
  looked_through_ = {path, pictures, unreadable};
  if (!isVisible()) return;
  refresh_lines();
  refresh_start();
}

bool CheckPage::is_nothing_readable() const {
  const auto& plan = configuration_.result().plan;
  return plan && looked_through_.unreadable > 0 && looked_through_.unreadable >= looked_through_.pictures &&
         text(plan->data().path) == looked_through_.path;
}

QString CheckPage::left_out() const {
  const auto& plan = configuration_.result().plan;
  const qint64 bad = looked_through_.unreadable;
  if (!plan || bad == 0 || text(plan->data().path) != looked_through_.path) return {};
  if (is_nothing_readable()) return tr("None of them can be read: nothing would be left.");
  if (bad == 1) return tr("One of them cannot be read and will be left out.");
  return tr("%1 of them cannot be read and will be left out.").arg(text(base::format_count(bad)));
}

void CheckPage::refresh_lines() {
  const auto& plan = configuration_.result().plan;
  const QSignalBlocker quiet_name(name_);
  const QSignalBlocker quiet_seed(seed_);
  if (plan) {
    if (!name_->hasFocus()) name_->setText(text(plan->run().name));
    if (!seed_->hasFocus()) seed_->setText(QString::number(plan->run().seed));
  }
  name_->setEnabled(plan.has_value());
  seed_->setEnabled(plan.has_value());
  clear_layout(lines_);
  if (!plan) return;
  int row = 0;
  for (const plan::ExplainedLine& line : plan::explain_lines(*plan)) {
    if (line.detail || line.title == "Run") continue;
    QLabel* title = make_label(text(line.title), TextStyle::Small, "label");
    title->setFixedHeight(metrics::kLarge);
    QString words = text(line.text);
    if (line.title == "Data" && data_.is_looking()) words += tr(": being looked at");
    lines_->addWidget(title, row, 0, Qt::AlignTop);
    lines_->addWidget(make_paragraph(words), row, 1, Qt::AlignTop);
    ++row;
    if (line.title != "Data") continue;
    if (found_.scenes_missing) {
      add_missing_scenes(row++);
    } else if (!found_.problem.isEmpty()) {
      lines_->addWidget(make_paragraph(as_sentence(found_.problem), TextStyle::Small, "warn"), row++, 1);
    }
    if (const QString left = left_out(); !left.isEmpty())
      lines_->addWidget(make_paragraph(left, TextStyle::Small, "warn"), row++, 1);
    for (const QString& note : found_.notes)
      lines_->addWidget(make_paragraph(as_sentence(note), TextStyle::Small, "label"), row++, 1);
  }
}

void CheckPage::refresh_duplicates() {
  clear_layout(duplicates_);
  const auto& plan = configuration_.result().plan;
  // Without the data set nothing is known to be equal; other weights make another run.
  if (!plan || !found_.facts || !weights_->file().isEmpty()) return;
  const record::Hashes hashes = compare::recorded_hashes(*plan, found_.content_hash);
  compare::Duplicates all;
  for (const auto& [id, view] : record_.runs()) {
    compare::Duplicates one = compare::find_duplicates({&view.run, 1}, hashes);
    for (record::Run& run : one.same_seed) all.same_seed.push_back(std::move(run));
    for (record::Run& run : one.other_builds) all.other_builds.push_back(std::move(run));
    for (record::Run& run : one.other_seeds) all.other_seeds.push_back(std::move(run));
  }
  const auto add = [this](const QString& words, const std::vector<record::Run>& runs) {
    if (runs.empty()) return;
    auto* row = new QWidget;
    row->setObjectName(QStringLiteral("check_duplicate"));
    auto* columns = new QHBoxLayout(row);
    columns->setContentsMargins(0, metrics::kTiny, 0, 0);
    columns->setSpacing(metrics::kSmall);
    auto* mark = new QLabel;
    mark->setPixmap(pixmap(QStringLiteral("info"), Theme::instance().tokens().text2, metrics::kIcon,
                           devicePixelRatioF()));
    columns->addWidget(mark, 0, Qt::AlignTop);
    QStringList names;
    for (const record::Run& run : runs) {
      if (names.size() == kMostRuns) break;
      names.push_back(
          QStringLiteral("%1 (%2)").arg(text(run.name), text(std::string(record::to_string(run.state)))));
    }
    QString list = names.join(QStringLiteral(", "));
    if (static_cast<int>(runs.size()) > kMostRuns)
      list += tr(" and %1 more").arg(static_cast<int>(runs.size()) - kMostRuns);
    columns->addWidget(make_paragraph(words.arg(list)), 1);
    QPushButton* show = make_button(tr("Show run"), "link");
    connect(show, &QPushButton::clicked, this, [this, id = text(runs.front().id)] { Q_EMIT run_wanted(id); });
    columns->addWidget(show, 0, Qt::AlignTop);
    duplicates_->addWidget(row);
  };
  add(tr("This very run is in the workspace already: %1. With another seed it is a repetition to compare "
         "with."),
      all.same_seed);
  add(tr("The same, but with another build of a plugin of the same version: %1."), all.other_builds);
  add(tr("Repetitions of it with other seeds: %1."), all.other_seeds);
}

void CheckPage::refresh_costs() {
  const auto& plan = configuration_.result().plan;
  if (!plan || plan->derived().memory.empty()) {
    const QString why =
        plan ? tr("This backbone does not say how large it is.") : tr("Known once the mistakes are mended.");
    memory_->set_unknown(why);
    disk_->set_unknown(why);
    return;
  }
  const plan::Derived& derived = plan->derived();
  const std::uint64_t machine = base::this_machine().memory_bytes;
  const std::uint64_t need = derived.memory_bytes.value_or(0);
  memory_->set_parts(bar_parts(derived.memory), tr("about %1").arg(bytes(need)), static_cast<double>(machine),
                     machine == 0     ? QString()
                     : need > machine ? tr("More than the %1 of this machine.").arg(bytes(machine))
                                      : tr("of the %1 of this machine").arg(bytes(machine)));
  const std::uint64_t left = derived.disk_bytes.value_or(0);
  const std::uint64_t free = found_.free_bytes.value_or(0);
  disk_->set_parts(bar_parts(derived.disk), tr("about %1").arg(bytes(left)), static_cast<double>(free),
                   free == 0     ? QString()
                   : left > free ? tr("More than the %1 that are free there.").arg(bytes(free))
                                 : tr("at most; %1 are free there").arg(bytes(free)));
}

QString CheckPage::others() const {
  int count = 0;
  QString name;
  for (const auto& [id, view] : record_.runs()) {
    if (view.status.state != record::State::Running || view.status.died) continue;
    name = text(view.run.name);
    ++count;
  }
  if (count == 0) return {};
  if (count == 1) return tr("The run %1 trains at the same time and takes its share.").arg(name);
  return tr("%1 runs train at the same time and take their share.").arg(count);
}

}  // namespace ibot::ui
