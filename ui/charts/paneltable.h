// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/paneltablemodel.h"

#include <QTableView>

namespace Shardboard {

/// The table of a panel: rows under a header that sorts, NULL dim, copies with exact values.
class PanelTable final : public QTableView
{
    Q_OBJECT

public:
    explicit PanelTable(QWidget *parent = nullptr);

    void setTable(const ResultSet &table, const QList<FieldStyle> &fields, int limit, const QTimeZone &zone);
    PanelTableModel *tableModel() const { return m_model; }
    /// The selected cells, tab-separated, exact; NULL is empty.
    QString copyText() const;

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void sizeColumns();
    void shareOutWidth();

    PanelTableModel *m_model;
    QList<int> m_wanted; ///< width of each column for its text
    bool m_isSizedByHand = false;
    bool m_isSharingOut = false;
};

} // namespace Shardboard
