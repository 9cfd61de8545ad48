// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/panelcontent.h"

#include "connection/values/resulttext.h"
#include "ui/charts/categorylist.h"
#include "ui/charts/chartlegend.h"
#include "ui/charts/paneltable.h"
#include "ui/charts/statview.h"
#include "ui/charts/textview.h"
#include "ui/charts/timeserieschart.h"
#include "ui/common/theme.h"

#include <QVBoxLayout>

namespace Shardboard {

namespace {

QVBoxLayout *fill(QWidget *widget)
{
    auto *layout = new QVBoxLayout(widget);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    return layout;
}

class ChartContent final : public PanelContent
{
public:
    ChartContent(Crosshair &crosshair, const QTimeZone &zone, QWidget *parent)
        : PanelContent(parent), m_chart(new TimeSeriesChart(crosshair, zone, this)), m_legend(new ChartLegend(this))
    {
        QVBoxLayout *layout = fill(this);
        layout->addWidget(m_chart, 1);
        auto *foot = new QHBoxLayout;
        foot->setContentsMargins(Spacing::small, 0, Spacing::small, Spacing::tiny);
        foot->addWidget(m_legend);
        layout->addLayout(foot);
        setFocusProxy(m_chart);
        connect(m_chart, &TimeSeriesChart::plotWidthChanged, this, &PanelContent::plotWidthChanged);
        connect(m_chart, &TimeSeriesChart::zoomRequested, this, &PanelContent::zoomRequested);
        connect(m_chart, &TimeSeriesChart::zoomOutRequested, this, &PanelContent::zoomOutRequested);
        connect(m_chart, &TimeSeriesChart::bucketPointed, this,
            [this](std::optional<qint64> bucket) { m_legend->pointAt(bucket, m_chart->model()); });
        connect(m_legend, &ChartLegend::hiddenChanged, this, [this] { m_chart->setHidden(m_legend->hiddenSeries()); });
    }

    void setContent(const SharedPanelData &content, const Panel &panel) override
    {
        m_chart->setContent(content, panel);
        m_chart->setAccessibleName(panel.title);
        m_legend->setModel(m_chart->model());
    }
    QString description() const override { return m_chart->description(); }
    int plotWidth() const override { return int(m_chart->plotArea().width()); }

private:
    TimeSeriesChart *m_chart;
    ChartLegend *m_legend;
};

class StatContent final : public PanelContent
{
public:
    explicit StatContent(QWidget *parent) : PanelContent(parent), m_view(new StatView(this))
    {
        fill(this)->addWidget(m_view);
    }

    void setContent(const SharedPanelData &content, const Panel &panel) override
    {
        m_view->setContent(content, panel);
        m_view->setAccessibleName(panel.title);
    }
    QString description() const override { return m_view->text(); }
    int plotWidth() const override { return width(); }

protected:
    void resizeEvent(QResizeEvent *event) override
    {
        PanelContent::resizeEvent(event);
        Q_EMIT plotWidthChanged(width());
    }

private:
    StatView *m_view;
};

class CategoryContent final : public PanelContent
{
public:
    CategoryContent(CategoryList::Style style, QWidget *parent)
        : PanelContent(parent), m_list(new CategoryList(style, this))
    {
        QVBoxLayout *layout = fill(this);
        layout->setContentsMargins(0, Spacing::tiny, 0, Spacing::small);
        if (style == CategoryList::Style::Share)
            layout->addWidget(new ShareBar(*m_list->categoryModel(), this));
        layout->addWidget(m_list, 1);
        setFocusProxy(m_list);
    }

    void setContent(const SharedPanelData &content, const Panel &panel) override
    {
        m_list->setCategories(content->categories);
        m_list->setAccessibleName(panel.title);
    }
    QString description() const override { return m_list->copyText(); }

private:
    CategoryList *m_list;
};

class TableContent final : public PanelContent
{
public:
    TableContent(const QTimeZone &zone, QWidget *parent)
        : PanelContent(parent), m_zone(zone), m_table(new PanelTable(this))
    {
        QVBoxLayout *layout = fill(this);
        layout->setContentsMargins(1, 0, 1, 1);
        layout->addWidget(m_table);
        setFocusProxy(m_table);
    }

    void setContent(const SharedPanelData &content, const Panel &panel) override
    {
        m_table->setTable(content->table, panel.fields, panel.limit, m_zone);
        m_table->setAccessibleName(panel.title);
    }
    QString description() const override { return QString::fromUtf8(toTabSeparated(m_table->tableModel()->table())); }

private:
    QTimeZone m_zone;
    PanelTable *m_table;
};

class TextContent final : public PanelContent
{
public:
    explicit TextContent(QWidget *parent) : PanelContent(parent), m_view(new TextView(this))
    {
        fill(this)->addWidget(m_view);
        setFocusProxy(m_view);
    }

    void setContent(const SharedPanelData &, const Panel &panel) override
    {
        m_view->setText(panel.text);
        m_view->setAccessibleName(panel.title);
    }
    QString description() const override { return m_view->toPlainText(); }

private:
    TextView *m_view;
};

} // namespace

PanelContent *createPanelContent(Panel::Kind kind, Crosshair &crosshair, const QTimeZone &zone, QWidget *parent)
{
    switch (kind) {
    case Panel::Kind::TimeSeries:
        return new ChartContent(crosshair, zone, parent);
    case Panel::Kind::Stat:
        return new StatContent(parent);
    case Panel::Kind::Bars:
        return new CategoryContent(CategoryList::Style::Bars, parent);
    case Panel::Kind::Share:
        return new CategoryContent(CategoryList::Style::Share, parent);
    case Panel::Kind::Table:
        return new TableContent(zone, parent);
    case Panel::Kind::Text:
        return new TextContent(parent);
    }
    Q_UNREACHABLE();
}

} // namespace Shardboard
