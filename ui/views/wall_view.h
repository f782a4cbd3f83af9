// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "look_view.h"

#include <ibot/protocol/attention.h>
#include <ibot/protocol/similarity.h>

#include <ui/widgets/patch_canvas.h>

#include <map>
#include <memory>
#include <vector>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QMenu;
class QToolButton;

namespace ibot::ui {

/// Runs in rows, pictures or moments in columns, one map in each cell. The patch under the mouse is outlined
/// in all cells and a click is everybody's click; all cells share one colour range, or show the difference to
/// the first row.
class WallView final : public LookView {
  Q_OBJECT

 public:
  static constexpr int kMostRows = 4;
  static constexpr int kMostColumns = 6;
  static constexpr int kMoments = 4;

  explicit WallView(LookContext& context, QWidget* parent = nullptr);
  ~WallView() override;

  QImage picture() const override;
  QString why_no_command() const override;
  bool take_key(int key) override;

  /// By id, the first one is the baseline; the context's run is always there.
  void set_runs(const QStringList& runs);
  const std::vector<PatchCanvas*>& cells() const { return cells_; }
  int columns() const { return columns_; }

 protected:
  void ask() override;
  void set_dimmed(bool dimmed) override;
  void refresh_display() override;
  void hideEvent(QHideEvent* event) override;

 private:
  /// What one cell shows.
  struct Cell {
    protocol::NetworkChoice network;
    int picture = 0;  ///< of the context
    QString title;
    std::vector<float> values;
    int rows = 0, columns = 0;
    QImage seen;
  };

  void make_tools();
  void refresh_menu();
  void plan_cells();
  void arrange();
  void ask_similarity();
  /// The attention of one cell after the other.
  void ask_attention(std::size_t cell);
  void redraw();
  QStringList rows() const;
  /// Steps of a run at even shares of its life; those that are kept.
  std::vector<qint64> moments_of(const QString& run);
  QString name_of(const QString& run) const;

  QStringList runs_;  ///< beside the context's
  std::map<QString, std::unique_ptr<HistoryFollower>> followers_;
  std::map<QString, RunHistoryPtr> histories_;
  std::vector<Cell> plan_;
  quint64 question_ = 0;
  int columns_ = 1;
  PatchAt patch_;
  QToolButton* choose_;
  QMenu* menu_;
  QComboBox* across_;
  QComboBox* what_;
  QCheckBox* difference_;
  QWidget* sheet_;
  QGridLayout* grid_;
  std::vector<PatchCanvas*> cells_;
};

}  // namespace ibot::ui
