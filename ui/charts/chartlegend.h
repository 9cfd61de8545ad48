// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QColor>
#include <QSet>

namespace Shardboard {

class PlotModel;

/// One series in a legend: its shape in its colour, its name, a value. A click hides or shows the series.
class LegendEntry final : public QAbstractButton
{
    Q_OBJECT

public:
    explicit LegendEntry(QWidget *parent);

    void setSeries(const QString &label, const QColor &colour, int shape);
    void setValue(const QString &value);
    QString value() const { return m_value; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void updateAccessibleName();

    QString m_label;
    QColor m_colour;
    int m_shape = 0;
    QString m_value;
    int m_valueWidth = 0; ///< the widest so far: values that change must not push their neighbours about
};

/// The foot of a chart's card: one entry per series with the last complete value, or the one under the crosshair.
/// Entries flow over at most two lines; what does not fit is counted.
class ChartLegend final : public QWidget
{
    Q_OBJECT

public:
    explicit ChartLegend(QWidget *parent = nullptr);

    void setModel(const PlotModel &model);
    void pointAt(std::optional<qint64> bucketStart, const PlotModel &model);
    QSet<QString> hiddenSeries() const { return m_hidden; }
    QList<LegendEntry *> entries() const { return m_entries; }
    QSize sizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

Q_SIGNALS:
    void hiddenChanged();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QList<QRect> places(int width) const; ///< of the entries; an invalid one does not fit
    void placeEntries();
    void syncEntries(const PlotModel &model);
    void setValues(std::optional<qint64> bucketStart, const PlotModel &model);

    QList<LegendEntry *> m_entries;
    QStringList m_names;
    QSet<QString> m_hidden;
    int m_leftOut = 0;
};

} // namespace Shardboard
