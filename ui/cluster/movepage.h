// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QButtonGroup;
class QComboBox;
class QVBoxLayout;

namespace Shardboard {

/// Asks how shards are moved: by which strategy, and what becomes of writes meanwhile.
class MovePage final : public QWidget
{
    Q_OBJECT

public:
    explicit MovePage(QWidget *parent = nullptr);

    QString strategy() const; ///< empty: the cluster's default
    QString transferMode() const;

private:
    void addMode(QVBoxLayout &layout, const QString &mode, const QString &title, const QString &meaning);

    QComboBox *m_strategy;
    QButtonGroup *m_modes;
};

} // namespace Shardboard
