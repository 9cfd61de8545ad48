// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dashboard/panelwords.h"

#include <QScrollArea>

class QBoxLayout;
class QPushButton;

namespace Shardboard {

class Label;

/// What a card shows instead of its picture: empty, or failed with the ways out. Scrolls where the card is too small
/// for it.
class PanelMessage final : public QScrollArea
{
    Q_OBJECT

public:
    explicit PanelMessage(QWidget *parent = nullptr);

    void showLoading();
    void showEmpty(const StateWords &words);
    void showFailure(const StateWords &words);
    QString text() const; ///< title and text as lines

Q_SIGNALS:
    void retryRequested();
    void sqlRequested();

protected:
    bool viewportEvent(QEvent *event) override;

private:
    void show(const QString &iconName, const StateWords &words, bool isFailure);
    void refreshIcon();
    void dropWhatDoesNotFit();

    Label *m_icon;
    Label *m_title;
    Label *m_text;
    QWidget *m_buttons;
    QBoxLayout *m_row;
    QPushButton *m_retry;
    QPushButton *m_sql;
    QString m_iconName;
    bool m_isFailure = false;
};

} // namespace Shardboard
