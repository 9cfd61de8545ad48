// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPushButton;
class QVBoxLayout;

namespace Shardboard {

class Label;

/// What a list or page shows when it has nothing: why that is so, and what to do about it.
class EmptyState final : public QWidget
{
    Q_OBJECT

public:
    EmptyState(const QString &iconName, const QString &title, const QString &text, QWidget *parent = nullptr);
    void setTexts(const QString &title, const QString &text);
    /// Adds a button below the text; the first one is the primary.
    QPushButton *addAction(const QString &text);

private:
    void refreshIcon();

    QString m_iconName;
    Label *m_icon;
    Label *m_title;
    Label *m_text;
    QVBoxLayout *m_layout;
    QPushButton *m_primary = nullptr;
};

} // namespace Shardboard
