// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <cstdint>

class QButtonGroup;
class QToolButton;

namespace ibot::ui {

/// The pages, in the order of work.
enum class Page : std::uint8_t { Welcome = 0, Data, Configure, Check, Train, Look, Compare, Export };

struct PageInfo {
  Page page;
  const char* icon;
  const char* title;    ///< untranslated
  const char* purpose;  ///< one sentence, untranslated
};
/// Those on the rail: all but Welcome.
const std::vector<PageInfo>& rail_pages();

/// The rail at the left: icon and word of each page.
class Rail final : public QWidget {
  Q_OBJECT

 public:
  explicit Rail(QWidget* parent = nullptr);
  /// Welcome unchecks all.
  void set_current(Page page);
  /// The keys that open a page, for its tooltip; empty: none.
  void set_keys(Page page, const QString& keys);
  /// Of a page on the rail; not of Welcome.
  QWidget* button(Page page) const;

 Q_SIGNALS:
  void chosen(ibot::ui::Page page);

 protected:
  /// On a low screen the words give way, so that no page is out of reach.
  void resizeEvent(QResizeEvent* event) override;

 private:
  QButtonGroup* group_;
};

}  // namespace ibot::ui
