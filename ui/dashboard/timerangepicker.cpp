// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/timerangepicker.h"

#include "dashboard/valueformat.h"
#include "dashboard/zonetime.h"
#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QCalendarWidget>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QScreen>
#include <QTextCharFormat>
#include <QToolButton>

#include <array>

namespace Shardboard {

namespace {

constexpr int presetsWidth = 152;
constexpr int fieldsWidth = 296;

struct Preset
{
    const char16_t *from;
    const char16_t *to;
};

constexpr std::array presetRanges{Preset{u"now-15m", u"now"}, Preset{u"now-1h", u"now"}, Preset{u"now-3h", u"now"},
    Preset{u"now-6h", u"now"}, Preset{u"now-12h", u"now"}, Preset{u"now-24h", u"now"}, Preset{u"now-2d", u"now"},
    Preset{u"now-7d", u"now"}, Preset{u"now-30d", u"now"}, Preset{u"now/d", u"now"}, Preset{u"now-1d/d", u"now-1d/d"},
    Preset{u"now/w", u"now"}, Preset{u"now/M", u"now"}};

TimeRange rangeOf(const Preset &preset)
{
    return {QString::fromUtf16(preset.from), QString::fromUtf16(preset.to)};
}

} // namespace

TimeRangePopup::TimeRangePopup(Clock clock, QWidget *parent)
    : QFrame(parent, Qt::Popup)
    , m_clock(std::move(clock))
    , m_presets(new QListWidget(this))
    , m_from(new QLineEdit(this))
    , m_to(new QLineEdit(this))
    , m_meaning(makeDimLabel({}, this))
    , m_zoneLabel(makeDimLabel({}, this))
    , m_calendar(new QCalendarWidget(this))
    , m_apply(new QPushButton(tr("Apply"), this))
    , m_target(m_from)
{
    setFrameShape(QFrame::StyledPanel);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    setAccessibleName(tr("Time range"));
    setupPresets();
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Spacing::small, Spacing::small, Spacing::large, Spacing::medium);
    row->setSpacing(Spacing::large);
    row->addWidget(m_presets);
    row->addWidget(setupFields(), 1);
    for (QLineEdit *edit : {m_from, m_to}) {
        connect(edit, &QLineEdit::textChanged, this, &TimeRangePopup::explain);
        connect(edit, &QLineEdit::returnPressed, this, &TimeRangePopup::apply);
    }
    connect(m_apply, &QPushButton::clicked, this, &TimeRangePopup::apply);
    connect(m_calendar, &QCalendarWidget::clicked, this, &TimeRangePopup::takeDate);
    connect(m_calendar, &QCalendarWidget::activated, this, &TimeRangePopup::takeDate);
}

void TimeRangePopup::setupPresets()
{
    m_presets->setFrameShape(QFrame::NoFrame);
    m_presets->setFixedWidth(presetsWidth);
    m_presets->setAccessibleName(tr("Common time ranges"));
    m_presets->setUniformItemSizes(true);
    m_presets->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    for (const Preset &preset : presetRanges)
        m_presets->addItem(describeTimeRange(rangeOf(preset), QTimeZone::utc()));
    m_presets->setMinimumHeight(m_presets->count() * m_presets->sizeHintForRow(0) + 2);
    const auto choose = [this](const QListWidgetItem *item) {
        const TimeRange range = rangeOf(presetRanges[size_t(m_presets->row(item))]);
        hide();
        Q_EMIT rangeChosen(range);
    };
    connect(m_presets, &QListWidget::itemClicked, this, choose);
    connect(m_presets, &QListWidget::itemActivated, this, choose);
}

QWidget *TimeRangePopup::setupFields()
{
    auto *fields = new QWidget(this);
    fields->setFixedWidth(fieldsWidth);
    auto *grid = new QGridLayout(fields);
    grid->setContentsMargins({});
    grid->setHorizontalSpacing(Spacing::small);
    grid->setVerticalSpacing(Spacing::small);
    auto *fromLabel = new Label(tr("&From"), fields);
    auto *toLabel = new Label(tr("&To"), fields);
    fromLabel->setBuddy(m_from);
    toLabel->setBuddy(m_to);
    m_from->setPlaceholderText(QStringLiteral("now-6h"));
    m_to->setPlaceholderText(QStringLiteral("now"));
    m_from->setAccessibleName(tr("From"));
    m_to->setAccessibleName(tr("To"));
    m_apply->setProperty("primary", true);
    m_meaning->setMinimumHeight(2 * fontMetrics().height() + 4);
    m_meaning->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    setupCalendar();
    grid->addWidget(fromLabel, 0, 0);
    grid->addWidget(m_from, 0, 1);
    grid->addWidget(toLabel, 1, 0);
    grid->addWidget(m_to, 1, 1);
    grid->addWidget(m_meaning, 2, 0, 1, 2);
    grid->addWidget(m_calendar, 3, 0, 1, 2);
    auto *foot = new QHBoxLayout;
    foot->addWidget(m_zoneLabel, 1);
    foot->addWidget(m_apply);
    grid->addLayout(foot, 4, 0, 1, 2);
    return fields;
}

// Quiet as the rest: no filled bar, no red weekends. The parts have these names in every Qt 6.
void TimeRangePopup::setupCalendar()
{
    m_calendar->setAccessibleName(tr("Calendar"));
    m_calendar->setVerticalHeaderFormat(QCalendarWidget::NoVerticalHeader);
    m_calendar->setHorizontalHeaderFormat(QCalendarWidget::SingleLetterDayNames);
    QTextCharFormat plain;
    plain.setForeground(Theme::instance().text());
    QTextCharFormat dim;
    dim.setForeground(Theme::instance().dimText());
    for (int day = Qt::Monday; day <= Qt::Sunday; ++day)
        m_calendar->setWeekdayTextFormat(Qt::DayOfWeek(day), plain);
    m_calendar->setHeaderTextFormat(dim);
    if (auto *bar = m_calendar->findChild<QWidget *>(QStringLiteral("qt_calendar_navigationbar"))) {
        bar->setBackgroundRole(QPalette::Base);
        for (auto *button : bar->findChildren<QToolButton *>()) {
            button->setForegroundRole(QPalette::Text);
            QPalette palette = button->palette();
            palette.setColor(QPalette::HighlightedText, Theme::instance().text());
            button->setPalette(palette);
        }
    }
    for (const auto &[name, icon] : {std::pair(QStringLiteral("qt_calendar_prevmonth"), QStringLiteral("chevron-left")),
             std::pair(QStringLiteral("qt_calendar_nextmonth"), QStringLiteral("chevron-right"))}) {
        if (auto *button = m_calendar->findChild<QToolButton *>(name))
            button->setIcon(symbolicIcon(icon));
    }
}

void TimeRangePopup::setRange(const TimeRange &range, const QTimeZone &zone)
{
    m_zone = zone;
    m_from->setText(range.from);
    m_to->setText(range.to);
    m_zoneLabel->setText(tr("Times in %1").arg(zoneLabel(zone, m_clock().toMSecsSinceEpoch())));
    m_presets->clearSelection();
    for (int i = 0; i < m_presets->count(); ++i) {
        if (rangeOf(presetRanges[size_t(i)]) == range)
            m_presets->setCurrentRow(i);
    }
    explain();
}

TimeRange TimeRangePopup::typed() const
{
    return {
        m_from->text().trimmed(), m_to->text().trimmed().isEmpty() ? QStringLiteral("now") : m_to->text().trimmed()};
}

void TimeRangePopup::explain()
{
    const auto span = resolveTimeRange(typed(), m_clock(), m_zone);
    m_apply->setEnabled(span.isOk());
    if (span) {
        m_meaning->setText(tr("%1\nto %2").arg(formatTime(span->begin, m_zone), formatTime(span->end, m_zone)));
        setTone(m_meaning, Tone::Dim);
    } else {
        m_meaning->setText(span.error().message);
        setTone(m_meaning, Tone::Error);
    }
}

QString TimeRangePopup::meaning() const
{
    return m_meaning->text();
}

void TimeRangePopup::apply()
{
    const TimeRange range = typed();
    if (!resolveTimeRange(range, m_clock(), m_zone))
        return;
    hide();
    Q_EMIT rangeChosen(range);
}

// The first click is the begin, the second the end; a day earlier than the begin starts over.
void TimeRangePopup::takeDate(const QDate &date)
{
    const QString day = date.toString(Qt::ISODate);
    if (m_to->hasFocus())
        m_target = m_to;
    else if (m_from->hasFocus())
        m_target = m_from;
    if (m_target == m_to && day < m_from->text())
        m_target = m_from;
    m_target->setText(day);
    if (m_target == m_from && (m_to->text().isEmpty() || !m_to->text().startsWith(QLatin1String("now"))))
        m_to->setText(day);
    m_target = m_target == m_from ? m_to : m_from;
}

void TimeRangePopup::showEvent(QShowEvent *event)
{
    QFrame::showEvent(event);
    setupCalendar(); // the theme may be another one by now
    m_target = m_from;
    m_from->setFocus(Qt::PopupFocusReason);
    m_from->selectAll();
}

void TimeRangePopup::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        hide();
    else
        QFrame::keyPressEvent(event);
}

TimeRangePicker::TimeRangePicker(TimeRangePopup::Clock clock, QWidget *parent)
    : QPushButton(parent), m_popup(new TimeRangePopup(std::move(clock), this))
{
    setIcon(symbolicIcon(QStringLiteral("clock")));
    connect(this, &QPushButton::clicked, this, &TimeRangePicker::open);
    connect(m_popup, &TimeRangePopup::rangeChosen, this, &TimeRangePicker::rangeChosen);
}

void TimeRangePicker::setRange(const TimeRange &range, const QTimeZone &zone)
{
    const QString text = describeTimeRange(range, zone);
    setText(text);
    setAccessibleName(tr("Time range: %1").arg(text));
    setToolTip(tr("%1 to %2").arg(range.from, range.to));
    m_popup->setRange(range, zone);
}

void TimeRangePicker::open()
{
    m_popup->adjustSize();
    QPoint at = mapToGlobal(QPoint(width() - m_popup->width(), height() + 4));
    const QRect room = screen()->availableGeometry();
    at.setX(std::clamp(at.x(), room.left(), std::max(room.left(), room.right() - m_popup->width())));
    at.setY(std::min(at.y(), std::max(room.top(), room.bottom() - m_popup->height())));
    m_popup->move(at);
    m_popup->show();
}

} // namespace Shardboard
