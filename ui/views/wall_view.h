// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "look_view.h"

#include <ibot/protocol/wall.h>

#include <ui/widgets/patch_canvas.h>

#include <map>
#include <memory>
#include <vector>

class QCheckBox;
class QComboBox;
class QMenu;
class QSlider;
class QSpinBox;
class QToolButton;

namespace ibot::ui {

class StickyGrid;
class TokenBar;

/// Runs in rows; pictures, moments or both in columns; one map in each cell. The patch under the mouse is
/// outlined in all cells and a click is everybody's click; layer, head, colour range and zoom are shared, and
/// so is the difference to the first. Cells are shown as they are answered; those of runs that keep no
/// weights stay empty and say so.
class WallView final : public LookView {
  Q_OBJECT

 public:
  static constexpr int kMostRows = 5;
  static constexpr int kMostPictures = 6;
  static constexpr int kMostMoments = 12;

  explicit WallView(LookContext& context, QWidget* parent = nullptr);
  ~WallView() override;

  QImage picture() const override;
  QStringList command() const override;
  QString why_no_command() const override;
  bool take_key(int key) override;

  /// By id, the first one is the baseline; the context's run is always there.
  void set_runs(const QStringList& runs);
  const std::vector<PatchCanvas*>& cells() const { return cells_; }
  StickyGrid& grid() { return *grid_; }

 protected:
  void ask() override;
  void hideEvent(QHideEvent* event) override;

 private:
  void make_tools();
  void make_zoom();
  void fill_menu();
  void refresh_tools();
  /// The first networks of a wall, then twice as many, until all are there: the process keeps what it has
  /// computed, and whoever looks sees the first ones soon.
  void ask_first(const protocol::WallRequest& whole, const std::vector<int>& pictures, std::size_t count);
  void take(const protocol::WallReply& reply);
  /// What was answered, and empty places for what was not yet.
  protocol::WallReply with_waiting() const;
  void redraw();
  PatchCanvas* make_cell();
  bool shows_moments() const;
  bool is_similarity() const;
  QStringList rows() const;
  /// Steps of a run at even shares of its life, of those that are kept; empty: not known yet.
  std::vector<std::int64_t> moments_of(const QString& run) const;
  std::vector<protocol::NetworkChoice> networks() const;

  QStringList runs_;  ///< beside the context's
  std::map<QString, std::unique_ptr<HistoryFollower>> followers_;
  std::map<QString, RunHistoryPtr> histories_;
  protocol::WallRequest asked_;  ///< what `reply_` answers, or the first networks of it
  bool waiting_ = false;         ///< the rest of it is under way
  std::vector<int> pictures_;    ///< of the context, in the order of the answer
  protocol::WallReply reply_;
  std::vector<QImage> seen_;
  PatchAt patch_;
  int clicked_ = -1;  ///< picture of the context; -1: the first
  QToolButton* choose_;
  QMenu* menu_;
  QComboBox* across_;
  QSpinBox* moments_;
  QComboBox* what_;
  TokenBar* layer_;
  QComboBox* heads_;
  QCheckBox* difference_;
  QSlider* zoom_;
  StickyGrid* grid_;
  std::vector<PatchCanvas*> cells_;
  std::vector<std::size_t> cell_pictures_;  ///< of the answer, by cell
};

}  // namespace ibot::ui
