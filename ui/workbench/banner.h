// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/common/labels.h"

#include <QWidget>

class QPushButton;

namespace Shardboard {

/// A line across the top of the pages for what concerns all of them, such as a lost link. Hidden while there is
/// nothing.
class Banner final : public QWidget
{
    Q_OBJECT

public:
    explicit Banner(QWidget *parent = nullptr);
    /// An empty action text hides the button.
    void show(Tone tone, const QString &text, const QString &actionText = {});
    QString text() const { return m_text->fullText(); }

Q_SIGNALS:
    void actionTriggered();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Tone m_tone = Tone::Warning;
    Label *m_icon;
    ElidedLabel *m_text;
    QPushButton *m_action;
};

} // namespace Shardboard
