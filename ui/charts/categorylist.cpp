// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/categorylist.h"

#include "ui/charts/seriescolours.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>

namespace Shardboard {

namespace {

constexpr int rowHeight = 24;
constexpr int sideMargin = 12;
constexpr int rowPadding = 8;
constexpr int rowSwatch = 10;
constexpr int leastWidthForValue = 220; // below it a share's percent is what counts
constexpr int shareBarHeight = 16;

class CategoryDelegate final : public QStyledItemDelegate
{
public:
    CategoryDelegate(CategoryList::Style style, QObject *parent) : QStyledItemDelegate(parent), m_style(style) {}

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {160, rowHeight}; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setFont(Theme::figureFont());
        const QRect row = option.rect.adjusted(sideMargin, 1, -sideMargin, -1);
        paintGround(*painter, option, row, index);
        int left = row.left() + rowPadding;
        if (m_style == CategoryList::Style::Share) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(shareColour(index.row(), index.data(CategoryModel::IsNullRole).toBool()));
            painter->drawRoundedRect(
                QRectF(row.left(), row.center().y() - rowSwatch / 2.0 + 0.5, rowSwatch, rowSwatch), 2, 2);
            left = row.left() + rowSwatch + rowPadding;
        }
        const int right = paintValues(*painter, row, index);
        paintLabel(*painter, QRect(QPoint(left, row.top()), QPoint(right - rowPadding, row.bottom())), index);
        painter->restore();
    }

private:
    void paintGround(
        QPainter &painter, const QStyleOptionViewItem &option, const QRect &row, const QModelIndex &index) const
    {
        const Theme &theme = Theme::instance();
        if (m_style == CategoryList::Style::Bars) {
            const double fraction = index.data(CategoryModel::FractionRole).toDouble();
            QRectF bar(row);
            bar.setWidth(std::max(2.0, row.width() * fraction));
            QColor colour = theme.accent();
            colour.setAlphaF(theme.isDark() ? 0.24F : 0.16F);
            painter.setPen(Qt::NoPen);
            painter.setBrush(colour);
            if (fraction > 0)
                painter.drawRoundedRect(bar, 2, 2);
        }
        if (option.state.testFlag(QStyle::State_Selected)) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(option.state.testFlag(QStyle::State_Active) ? theme.accent() : theme.border());
            painter.drawRoundedRect(QRectF(row).adjusted(0.5, -0.5, -0.5, 0.5), 2, 2);
        }
    }

    /// Returns where the values begin, for the label to end there.
    int paintValues(QPainter &painter, const QRect &row, const QModelIndex &index) const
    {
        const Theme &theme = Theme::instance();
        const QFontMetrics metrics = painter.fontMetrics();
        int right = row.right() - (m_style == CategoryList::Style::Bars ? rowPadding : 0);
        const auto put = [&](const QString &text, const QColor &colour, int width) {
            painter.setPen(colour);
            painter.drawText(
                QRect(right - width, row.top(), width, row.height()), Qt::AlignRight | Qt::AlignVCenter, text);
            right -= width + rowPadding;
        };
        if (m_style == CategoryList::Style::Share) {
            const QString share = index.siblingAtColumn(CategoryModel::ShareColumn).data().toString();
            put(share, theme.text(), textWidth(metrics, QStringLiteral("100.0 %")));
        }
        const QString band = index.data(CategoryModel::BandRole).toString();
        if (!band.isEmpty())
            put(band, theme.dimText(), textWidth(metrics, band));
        const QString value = index.siblingAtColumn(CategoryModel::ValueColumn).data().toString();
        if (m_style == CategoryList::Style::Share && row.width() < leastWidthForValue)
            return right;
        put(value, m_style == CategoryList::Style::Share ? theme.dimText() : theme.text(), textWidth(metrics, value));
        return right;
    }

    static void paintLabel(QPainter &painter, const QRect &place, const QModelIndex &index)
    {
        const Theme &theme = Theme::instance();
        painter.setPen(index.data(CategoryModel::IsNullRole).toBool() ? theme.dimText() : theme.text());
        const QString label = index.siblingAtColumn(CategoryModel::LabelColumn).data().toString();
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter,
            elideText(painter.fontMetrics(), label, Qt::ElideMiddle, place.width()));
    }

    CategoryList::Style m_style;
};

} // namespace

CategoryList::CategoryList(Style style, QWidget *parent) : QListView(parent), m_model(new CategoryModel(this))
{
    setModel(m_model);
    setItemDelegate(new CategoryDelegate(style, this));
    setFrameShape(QFrame::NoFrame);
    setUniformItemSizes(true);
    setSelectionMode(ExtendedSelection);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    viewport()->setAutoFillBackground(false);
    connect(&Theme::instance(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

QString CategoryList::copyText() const
{
    QString text;
    // Rows are selected by their first column: a list shows no other.
    const QModelIndexList selected = selectionModel()->selectedIndexes();
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const Category &category = m_model->categories()[row];
        if (!selected.isEmpty() && !selectionModel()->isSelected(m_model->index(row, 0)))
            continue;
        text += (category.isNull ? QString() : category.label) + u'\t' + category.figure.exact + u'\n';
    }
    return text;
}

void CategoryList::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        QGuiApplication::clipboard()->setText(copyText());
        event->accept();
        return;
    }
    QListView::keyPressEvent(event);
}

ShareBar::ShareBar(const CategoryModel &model, QWidget *parent) : QWidget(parent), m_model(model)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&model, &QAbstractItemModel::modelReset, this, qOverload<>(&QWidget::update));
    connect(&model, &QAbstractItemModel::dataChanged, this, qOverload<>(&QWidget::update));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize ShareBar::sizeHint() const
{
    return {160, shareBarHeight + 8};
}

QList<QRectF> ShareBar::parts() const
{
    const QRectF bar(sideMargin, 0, width() - 2 * sideMargin, shareBarHeight);
    QList<QRectF> all;
    double left = bar.left();
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const double width = bar.width() * m_model.index(row, 0).data(CategoryModel::ShareRole).toDouble();
        // A pixel of ground between parts, as long as the part is wider than that.
        all.append(QRectF(left, bar.top(), std::max(0.0, width - (width > 3 ? 1 : 0)), bar.height()));
        left += width;
    }
    return all;
}

void ShareBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QList<QRectF> all = parts();
    for (qsizetype row = 0; row < all.size(); ++row)
        painter.fillRect(all[row], shareColour(row, m_model.categories()[row].isNull));
}

bool ShareBar::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const QList<QRectF> all = parts();
    for (qsizetype row = 0; row < all.size(); ++row) {
        if (all[row].contains(help->pos()))
            showToolTip(help->globalPos(), m_model.index(int(row), 0).data(Qt::ToolTipRole).toString(), this);
    }
    return true;
}

} // namespace Shardboard
