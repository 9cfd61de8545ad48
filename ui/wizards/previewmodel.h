// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/preview.h"

#include <QAbstractTableModel>

namespace Shardboard {

/// The first lines of a file as an import would load them; a line that would be rejected says why.
class PreviewModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void setPreview(const ImportPreview &preview);

private:
    ImportPreview m_preview;
};

} // namespace Shardboard
