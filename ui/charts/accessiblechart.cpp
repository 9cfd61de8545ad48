// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/accessiblechart.h"

#include "ui/charts/timeserieschart.h"

#include <QAccessibleWidget>

namespace Shardboard {

namespace {

class AccessibleChart final : public QAccessibleWidget
{
public:
    explicit AccessibleChart(TimeSeriesChart *chart) : QAccessibleWidget(chart, QAccessible::Chart) {}
    /// Put into words when somebody listens: it reads every value.
    QString text(QAccessible::Text kind) const override
    {
        if (kind == QAccessible::Description)
            return static_cast<const TimeSeriesChart *>(widget())->description();
        return QAccessibleWidget::text(kind);
    }
    int childCount() const override { return 0; } // the viewport says nothing of its own
    QAccessibleInterface *child(int) const override { return nullptr; }
};

QAccessibleInterface *makeInterface(const QString &, QObject *object)
{
    auto *chart = qobject_cast<TimeSeriesChart *>(object);
    return chart ? new AccessibleChart(chart) : nullptr;
}

} // namespace

void installChartAccessibility()
{
    static const bool isInstalled = [] {
        QAccessible::installFactory(makeInterface);
        return true;
    }();
    Q_UNUSED(isInstalled)
}

} // namespace Shardboard
