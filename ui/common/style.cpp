// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/style.h"

#include "ui/common/icons.h"
#include "ui/common/showntext.h"
#include "ui/common/stylepaint.h"
#include "ui/common/theme.h"

#include <QAbstractItemView>
#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>

namespace Shardboard {

namespace {

constexpr int controlHeight = 30;
constexpr int comboPadding = 36; ///< left of the text, and right of it with the arrow

QSize atLeast(QSize size, int width, int height)
{
    return size.expandedTo(QSize(width, height));
}

constexpr qsizetype mostItemCharacters = 500;

} // namespace

Style::Style() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

void Style::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    if (auto *view = qobject_cast<QAbstractItemView *>(widget))
        view->viewport()->setAttribute(Qt::WA_Hover);
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
        return 8;
    case PM_LayoutLeftMargin:
    case PM_LayoutTopMargin:
    case PM_LayoutRightMargin:
    case PM_LayoutBottomMargin:
        return 12;
    case PM_ScrollBarExtent:
        return 12;
    case PM_SplitterWidth:
        return 5;
    case PM_TabBarTabHSpace:
        return 28;
    case PM_TabBarTabShiftHorizontal:
    case PM_TabBarTabShiftVertical:
    case PM_TabBarTabOverlap:
    case PM_TabBarBaseOverlap:
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_ListViewIconSize:
    case PM_ToolBarIconSize:
        return 16;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return 16;
    case PM_DefaultFrameWidth:
        return widget && widget->inherits("QAbstractScrollArea") ? 2 : 1;
    case PM_FocusFrameHMargin: // what item views leave left and right of a text
        return 5;
    case PM_HeaderMargin:
        return 6;
    case PM_MenuPanelWidth:
        return 1;
    case PM_MenuVMargin:
        return 4;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(
    StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *returnData) const
{
    switch (hint) {
    case SH_DialogButtonBox_ButtonsHaveIcons:
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
    case SH_ComboBox_Popup:
        return 0;
    case SH_Widget_Animation_Duration:
        return 0;
    case SH_TabBar_Alignment:
        return Qt::AlignLeft;
    case SH_Table_GridLineColor:
        return int(Theme::instance().grid().rgba());
    case SH_ItemView_ShowDecorationSelected:
        return 1;
    default:
        return QProxyStyle::styleHint(hint, option, widget, returnData);
    }
}

QIcon Style::standardIcon(StandardPixmap standardIcon, const QStyleOption *option, const QWidget *widget) const
{
    // The system's theme would be read for it: a megabyte and a tenth of the time it takes to start.
    if (standardIcon == SP_LineEditClearButton)
        return symbolicIcon(QStringLiteral("close"));
    return QProxyStyle::standardIcon(standardIcon, option, widget);
}

QSize Style::sizeFromContents(
    ContentsType type, const QStyleOption *option, const QSize &contents, const QWidget *widget) const
{
    if (const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(option); item && type == CT_ItemViewItem) {
        QStyleOptionViewItem copy(*item);
        copy.text = shownText(copy.text, mostItemCharacters);
        return atLeast(QProxyStyle::sizeFromContents(type, &copy, contents, widget), 0, 28);
    }
    if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option);
        header && type == CT_HeaderSection) {
        QStyleOptionHeader copy(*header);
        copy.text = shownText(copy.text, mostItemCharacters);
        return atLeast(QProxyStyle::sizeFromContents(type, &copy, contents, widget), 0, 28);
    }
    const QSize size = QProxyStyle::sizeFromContents(type, option, contents, widget);
    switch (type) {
    case CT_PushButton:
        return atLeast(size + QSize(8, 0), 72, controlHeight);
    case CT_ComboBox:
        return {contents.width() + comboPadding + 4, controlHeight};
    case CT_LineEdit:
        return atLeast(size, 0, controlHeight);
    case CT_SpinBox:
        return {size.width() + 8, controlHeight};
    case CT_ToolButton:
        return atLeast(size, 28, 28);
    case CT_TabBarTab:
        return atLeast(size, 0, 34);
    case CT_MenuItem: {
        const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option);
        const bool isSeparator = item && item->menuItemType == QStyleOptionMenuItem::Separator;
        return isSeparator ? size : atLeast(size, 0, 28);
    }
    case CT_MenuBarItem:
        return atLeast(size, 0, 28);
    default:
        return size;
    }
}

QRect Style::subControlRect(
    ComplexControl control, const QStyleOptionComplex *option, SubControl subControl, const QWidget *widget) const
{
    if (control == CC_ComboBox && subControl == SC_ComboBoxEditField)
        return option->rect.adjusted(8, 2, 8 - comboPadding, -2);
    if (control == CC_ScrollBar) {
        const auto *slider = qstyleoption_cast<const QStyleOptionSlider *>(option);
        // No arrow buttons: the groove is the whole bar.
        if (slider && (subControl == SC_ScrollBarAddLine || subControl == SC_ScrollBarSubLine))
            return {};
        if (slider && subControl != SC_None)
            return StylePaint::scrollBarPart(*slider, subControl);
    }
    return QProxyStyle::subControlRect(control, option, subControl, widget);
}

QRect Style::subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const
{
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    return element == SE_LineEditContents ? rect.adjusted(4, 0, -4, 0) : rect;
}

void Style::drawPrimitive(
    PrimitiveElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    switch (element) {
    case PE_PanelButtonCommand:
        return StylePaint::pushButton(*option, *painter, widget);
    case PE_PanelButtonTool:
        return StylePaint::toolButton(*option, *painter);
    case PE_FrameLineEdit:
    case PE_PanelLineEdit:
        return StylePaint::lineEdit(element, *option, *painter, widget);
    case PE_FrameFocusRect:
        return StylePaint::focusRing(*option, *painter, widget);
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        return StylePaint::checkBox(*option, *painter);
    case PE_IndicatorRadioButton:
        return StylePaint::radioButton(*option, *painter);
    case PE_FrameTabWidget:
        return;
    case PE_FrameTabBarBase:
        return StylePaint::tabBarBase(*option, *painter);
    case PE_PanelItemViewItem:
        return StylePaint::itemBackground(*option, *painter);
    case PE_PanelItemViewRow:
        return;
    case PE_Frame:
        return StylePaint::frame(*option, *painter, widget);
    case PE_FrameMenu:
        painter->setPen(Theme::instance().border());
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        return;
    case PE_PanelStatusBar:
    case PE_FrameStatusBarItem:
        return;
    case PE_IndicatorTabClose:
        return StylePaint::tabClose(*option, *painter);
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void Style::drawControl(
    ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    switch (element) {
    case CE_PushButtonLabel:
        return drawPushButtonLabel(option, painter, widget);
    case CE_TabBarTabShape:
        return StylePaint::tabShape(*option, *painter);
    case CE_ProgressBarGroove:
        return StylePaint::progressGroove(*option, *painter);
    case CE_ProgressBarContents:
        return StylePaint::progressContents(*option, *painter);
    case CE_ProgressBarLabel:
        return;
    case CE_ItemViewItem:
        return drawItem(option, painter, widget);
    case CE_HeaderSection:
        return StylePaint::headerSection(*option, *painter);
    case CE_HeaderLabel:
        return drawHeaderLabel(option, painter, widget);
    case CE_Splitter:
        return;
    case CE_MenuBarEmptyArea:
        painter->fillRect(option->rect, Theme::instance().window());
        return;
    case CE_MenuBarItem: {
        if (const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option))
            StylePaint::menuBarItem(*item, *painter, proxy()->styleHint(SH_UnderlineShortcut, option, widget, nullptr));
        return;
    }
    default:
        QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void Style::drawComplexControl(
    ComplexControl control, const QStyleOptionComplex *option, QPainter *painter, const QWidget *widget) const
{
    switch (control) {
    case CC_ComboBox:
        return drawComboBox(option, painter);
    case CC_ScrollBar:
        return drawScrollBar(option, painter, widget);
    case CC_SpinBox: {
        const auto *spin = qstyleoption_cast<const QStyleOptionSpinBox *>(option);
        if (spin)
            StylePaint::spinBox(*spin, *painter, subControlRect(CC_SpinBox, option, SC_SpinBoxUp, widget),
                subControlRect(CC_SpinBox, option, SC_SpinBoxDown, widget));
        return;
    }
    default:
        QProxyStyle::drawComplexControl(control, option, painter, widget);
    }
}

void Style::drawPushButtonLabel(const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
    if (!button)
        return;
    QStyleOptionButton copy(*button);
    copy.palette.setColor(QPalette::ButtonText, StylePaint::buttonText(*option, widget));
    QProxyStyle::drawControl(CE_PushButtonLabel, &copy, painter, widget);
}

void Style::drawComboBox(const QStyleOptionComplex *option, QPainter *painter) const
{
    StylePaint::field(*option, *painter, option->state & State_HasFocus);
    StylePaint::chevron(*painter, QRect(option->rect.right() - 22, option->rect.top(), 14, option->rect.height()),
        option->palette.color(QPalette::Text));
}

void Style::drawScrollBar(const QStyleOptionComplex *option, QPainter *painter, const QWidget *widget) const
{
    const auto *slider = qstyleoption_cast<const QStyleOptionSlider *>(option);
    if (!slider || slider->maximum <= slider->minimum)
        return;
    StylePaint::scrollBarHandle(*slider, *painter, subControlRect(CC_ScrollBar, option, SC_ScrollBarSlider, widget));
}

// Selected rows keep their text's colour on a pale accent, so that coloured marks in them stay readable.
void Style::drawItem(const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(option);
    if (!item)
        return;
    QStyleOptionViewItem copy(*item);
    copy.palette.setColor(QPalette::HighlightedText, copy.palette.color(QPalette::Text));
    copy.text = shownText(copy.text, mostItemCharacters);
    QProxyStyle::drawControl(CE_ItemViewItem, &copy, painter, widget);
}

void Style::drawHeaderLabel(const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option);
    if (!header)
        return;
    QStyleOptionHeader copy(*header);
    copy.text = shownText(copy.text, mostItemCharacters);
    QProxyStyle::drawControl(CE_HeaderLabel, &copy, painter, widget);
}

} // namespace Shardboard
