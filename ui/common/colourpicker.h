// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QButtonGroup;

namespace Shardboard {

/// A row of swatches to choose a connection's colour from, none among them.
class ColourPicker final : public QWidget
{
    Q_OBJECT

public:
    explicit ColourPicker(QWidget *parent = nullptr);
    QString colour() const; ///< "#rrggbb", empty for none
    /// A colour that is not among the swatches is added as one more.
    void setColour(const QString &colour);

private:
    void addSwatch(const QString &colour, const QString &name);

    QButtonGroup *m_swatches;
};

} // namespace Shardboard
