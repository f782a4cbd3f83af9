// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/protocol/laboratory.h>

#include <ui/forms/configuration.h>

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>
#include <cstdint>
#include <optional>

class QBoxLayout;
class QComboBox;
class QFrame;
class QLabel;
class QPushButton;
class QScrollArea;
class QSpinBox;
class QToolButton;

namespace ibot::ui {

class CropSheet;
class Inspector;
class ShareHistogram;

/// The crop and mask laboratory, a strip that folds away: the crops and masks that training would draw of one
/// picture under the recipe as it is being edited, to the byte, a second masking plugin beside, and how large
/// the masked shares are over many crops. Everything is drawn by the inspection process; until the newest
/// answer comes, the last one stays.
class Laboratory final : public QWidget {
  Q_OBJECT

 public:
  /// Both outlive it.
  Laboratory(Configuration& configuration, Inspector& inspector, QWidget* parent = nullptr);

  /// Shows a picture of one's own from now on.
  void show_picture(const QString& file);
  /// Shows a picture of the recipe's data set.
  void show_index(std::int64_t index);
  bool is_folded() const;
  /// Without room it is folded, until somebody unfolds it all the same.
  void set_room(bool room);
  /// The recipe's pictures may be others than they were.
  void look_again() { ask_soon(); }

  static constexpr int kDebounceMillis = 12;  ///< between two questions
  static constexpr std::int64_t kDraws = 512;

 Q_SIGNALS:
  /// The newest answer is on the screen.
  void shown(const ibot::protocol::LaboratoryReply& reply);
  /// The recipe's built-in scenes are to be drawn.
  void scenes_wanted();

 protected:
  void showEvent(QShowEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  QWidget* make_tools();
  QWidget* make_body();
  QFrame* make_notice(QWidget* parent);
  void fold(bool folded);
  /// Something has changed: asks soon, once.
  void ask_soon();
  void ask();
  void ask_histogram(const protocol::RecipeText& recipe);
  void take(const base::Result<protocol::Message>& result);
  void take_histogram(const base::Result<protocol::Message>& result);
  void show_reply(const protocol::LaboratoryReply& reply);
  void say(const QString& words, bool bad);
  void place_notice();
  void dim();
  void refresh_choices();
  std::optional<std::int64_t> own_seed() const;
  QString beside() const;

  Configuration& configuration_;
  Inspector& inspector_;
  QTimer soon_;
  QElapsedTimer since_;  ///< the last question
  QString picture_;      ///< a file; empty: index_
  std::int64_t index_ = 0;
  std::int64_t pictures_ = 0;
  std::int64_t recipe_seed_ = 0;
  bool asked_ = false;  ///< since it was last shown
  bool room_ = true;
  bool scenes_missing_ = false;  ///< what is said is that the built-in scenes are not there

  QBoxLayout* rows_;  ///< of the tools: one beside the other, or below
  QWidget* draws_;    ///< the tools that say which draws
  QToolButton* folded_;
  QWidget* tools_;
  QWidget* body_;
  QLabel* name_;
  QFrame* notice_;  ///< over the pictures: what is wrong or going on
  QLabel* words_;
  QPushButton* again_;
  QToolButton* back_;
  QToolButton* next_;
  QSpinBox* seed_;
  QSpinBox* epoch_;
  QComboBox* beside_;
  QScrollArea* scroll_;
  CropSheet* sheet_;
  ShareHistogram* histogram_;
};

}  // namespace ibot::ui
