// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QImage>
#include <QString>
#include <QWidget>
#include <vector>

namespace ibot::ui {

/// Cards with a heading and a row of small pictures each, as many beside each other as there is room. One is
/// chosen by click or arrow keys; clicking it again chooses none. As high as its cards need.
class CardGrid final : public QWidget {
  Q_OBJECT

 public:
  struct Card {
    qint64 id = 0;
    QString title, number;
    std::vector<QImage> pictures;  ///< square, all of a size
    QColor colour = {};            ///< of a square before the title; invalid: none
  };

  explicit CardGrid(QWidget* parent = nullptr);

  void set_cards(std::vector<Card> cards);
  const std::vector<Card>& cards() const { return cards_; }
  /// By id; a card that is not there: none.
  void set_chosen(qint64 id);
  QRect place(int card) const;

  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  QSize sizeHint() const override { return {360, heightForWidth(360)}; }

 Q_SIGNALS:
  void chosen(qint64 id);  ///< -1: none

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  int columns(int width) const;
  void choose(int card);

  std::vector<Card> cards_;
  qint64 chosen_ = -1;
};

}  // namespace ibot::ui
