// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListView>

namespace Shardboard {

/// Connections as cards in as many columns as fit, all of them visible: the page around it scrolls. Arrows move, Enter
/// and double click activate, Delete asks the owner to remove. Reads ConnectionBook's roles.
class CardList final : public QListView
{
    Q_OBJECT

public:
    explicit CardList(QWidget *parent = nullptr);
    void setModel(QAbstractItemModel *model) override;

Q_SIGNALS:
    void chosen(const QModelIndex &index);
    void removeRequested(const QModelIndex &index);
    void editRequested(const QModelIndex &index);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;

private:
    void fit();
};

} // namespace Shardboard
