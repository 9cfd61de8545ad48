// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/partition/settings.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QTableWidget;

namespace Shardboard {

/// A table that is to be made: its name, its columns, its key, and by which column it is distributed.
class NewTableEditor final : public QWidget
{
    Q_OBJECT

public:
    explicit NewTableEditor(bool hasCitus, QWidget *parent = nullptr);

    QualifiedName name() const;
    NewPartitionedTable table() const;
    /// The first column whose type is a time.
    QString timeColumn() const;
    QLineEdit &nameEdit() { return *m_name; }

Q_SIGNALS:
    void changed();

private:
    void setupLayout();
    void addColumn(const QString &name, const QString &type, bool isNotNull, bool isKey);
    void fillDistribution();

    const bool m_hasCitus;
    QLineEdit *m_name;
    QTableWidget *m_columns;
    QComboBox *m_distribution;
};

} // namespace Shardboard
