// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/partition/partitionfacts.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QSpinBox;

namespace Shardboard {

class Label;

/// How long partitions are, how many are ready ahead, and who makes them.
class PartitionRangePage final : public QWidget
{
    Q_OBJECT

public:
    explicit PartitionRangePage(QWidget *parent = nullptr);

    void load(const PartitionSettings &settings, const PartitionFacts &facts);
    void store(PartitionSettings &settings) const;
    QString interval() const;
    void setInterval(const QString &interval);
    QComboBox &methodBox() { return *m_method; }

Q_SIGNALS:
    void changed();

private:
    void setupLayout();
    void fillMethods(const PartitionSettings &settings, const PartitionFacts &facts);
    void showMethod();

    QComboBox *m_interval;
    QSpinBox *m_ahead;
    QCheckBox *m_default;
    QComboBox *m_method;
    Label *m_advice;
    Label *m_methodNote;
    bool m_isLoading = false;
    bool m_wasLoaded = false;
};

} // namespace Shardboard
