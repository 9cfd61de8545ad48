// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QButtonGroup;
class QVBoxLayout;

namespace Shardboard {

/// The pages of the program at the window's left edge, an icon with its name each.
class Sidebar final : public QWidget
{
    Q_OBJECT

public:
    explicit Sidebar(QWidget *parent = nullptr);
    void addPage(int page, const QString &iconName, const QString &name);
    void setPageVisible(int page, bool isVisible);
    void setCurrentPage(int page);
    int currentPage() const;

Q_SIGNALS:
    void pageChosen(int page);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QButtonGroup *m_buttons;
    QVBoxLayout *m_layout;
};

} // namespace Shardboard
