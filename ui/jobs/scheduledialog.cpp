// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/scheduledialog.h"

#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTimeEdit>
#include <QVBoxLayout>

#include <algorithm>

namespace Shardboard {

namespace {

using Kind = SchedulePattern::Kind;
constexpr int shownRuns = 5;
constexpr qsizetype longestWrapped = 5000; // characters of a line of the command
constexpr qsizetype longestEdited = 50'000; // characters that are laid out in no time
constexpr int longestName = 200;

} // namespace

ScheduleDialog::ScheduleDialog(
    const QString &title, Asks asks, const Fields &fields, const CronDialect &dialect, QWidget *parent)
    : QDialog(parent)
    , m_dialect(dialect)
    , m_fixedCommand(fields.command.size() > longestEdited ? fields.command : QString())
    , m_kind(new QComboBox(this))
    , m_every(new QComboBox(this))
    , m_minute(new QSpinBox(this))
    , m_time(new QTimeEdit(this))
    , m_monthDay(new QSpinBox(this))
    , m_weekdayRow(new QWidget(this))
    , m_expression(new QLineEdit(this))
    , m_words(makeHeading({}, 1.1, this))
    , m_next(makeTextLabel(this))
    , m_name(new QLineEdit(fields.name.left(longestName), this))
    , m_command(new QPlainTextEdit(m_fixedCommand.isEmpty() ? fields.command : shownText(fields.command), this))
    , m_accept(nullptr)
{
    setWindowTitle(title);
    setupKinds();
    setupLayout(asks);
    showPattern(SchedulePattern::of(fields.schedule, dialect));
    for (QComboBox *box : {m_kind, m_every})
        connect(box, &QComboBox::currentIndexChanged, this, &ScheduleDialog::update);
    for (QSpinBox *box : {m_minute, m_monthDay})
        connect(box, &QSpinBox::valueChanged, this, &ScheduleDialog::update);
    connect(m_time, &QTimeEdit::timeChanged, this, &ScheduleDialog::update);
    for (QLineEdit *edit : {m_expression, m_name})
        connect(edit, &QLineEdit::textChanged, this, &ScheduleDialog::update);
    connect(m_command, &QPlainTextEdit::textChanged, this, &ScheduleDialog::update);
    update();
}

void ScheduleDialog::setupKinds()
{
    for (const auto &[kind, text] :
        {std::pair(Kind::Seconds, tr("Every so many seconds")), {Kind::Minutes, tr("Every so many minutes")},
            {Kind::Hours, tr("Every so many hours")}, {Kind::Days, tr("Every day")},
            {Kind::Weekdays, tr("On days of the week")}, {Kind::MonthDay, tr("On a day of the month")},
            {Kind::LastDay, tr("On the last day of the month")}, {Kind::Expression, tr("As written in cron's way")}}) {
        if (SchedulePattern::isPossible(kind, m_dialect))
            m_kind->addItem(text, int(kind));
    }
    m_minute->setRange(0, 59);
    m_monthDay->setRange(1, 28);
    m_monthDay->setToolTip(tr("Up to 28: every month has that day. Later ones: the last day, or cron's way."));
    m_time->setDisplayFormat(QStringLiteral("HH:mm"));
    auto *row = new QHBoxLayout(m_weekdayRow);
    row->setContentsMargins({});
    for (int day = 1; day <= 7; ++day) {
        auto *box = new QCheckBox(QLocale().dayName(day, QLocale::ShortFormat), m_weekdayRow);
        m_weekdays << box;
        row->addWidget(box);
        connect(box, &QCheckBox::toggled, this, &ScheduleDialog::update);
    }
    row->addStretch(1);
    m_name->setObjectName(QStringLiteral("name"));
    m_name->setMaxLength(longestName);
    m_expression->setFont(Theme::codeFont());
    m_expression->setPlaceholderText(QStringLiteral("*/5 * * * *"));
    m_command->setFont(Theme::codeFont());
    m_command->setMinimumHeight(96);
    m_command->setTabChangesFocus(true);
    m_command->setReadOnly(!m_fixedCommand.isEmpty());
    // Looking for places to break a very long line takes minutes.
    const QStringList lines = m_command->toPlainText().split(QLatin1Char('\n'));
    if (std::ranges::any_of(lines, [](const QString &line) { return line.size() > longestWrapped; }))
        m_command->setLineWrapMode(QPlainTextEdit::NoWrap);
}

void ScheduleDialog::setupLayout(Asks asks)
{
    auto *form = makeForm(nullptr);
    if (asks == Asks::NameAndCommand)
        form->addRow(tr("Name"), m_name);
    form->addRow(tr("Runs"), m_kind);
    form->addRow(tr("Every"), m_every);
    form->addRow(tr("At minute"), m_minute);
    form->addRow(tr("Days"), m_weekdayRow);
    form->addRow(tr("Day"), m_monthDay);
    form->addRow(tr("At (%1)").arg(QString::fromUtf8(m_dialect.zone.id())), m_time);
    form->addRow(tr("Schedule"), m_expression);
    if (asks != Asks::Schedule)
        form->addRow(tr("Command"), m_command);
    else
        m_command->hide();
    if (asks != Asks::Schedule && !m_fixedCommand.isEmpty())
        form->addRow(QString(),
            makeDimLabel(tr("The command has %n characters. It is too long to be changed here and stays as it is.",
                             nullptr, int(m_fixedCommand.size())),
                this));
    m_name->setVisible(asks == Asks::NameAndCommand);
    m_next->setFont(Theme::figureFont());
    m_next->setMinimumHeight(shownRuns * fontMetrics().lineSpacing());
    m_next->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_accept = buttons->button(QDialogButtonBox::Ok);
    m_accept->setText(asks == Asks::NameAndCommand ? tr("Make the job") : tr("Change"));
    m_accept->setProperty("primary", true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::large, Spacing::large, Spacing::large, Spacing::large);
    layout->setSpacing(Spacing::medium);
    layout->addLayout(form);
    layout->addWidget(m_words);
    layout->addWidget(m_next);
    layout->addStretch(1);
    layout->addWidget(buttons);
    setMinimumWidth(520);
}

void ScheduleDialog::showPattern(const SchedulePattern &pattern)
{
    m_kind->setCurrentIndex(m_kind->findData(int(pattern.kind)));
    showSteps(pattern.every);
    m_minute->setValue(pattern.minute);
    m_time->setTime(QTime(pattern.hour, pattern.minute));
    m_monthDay->setValue(pattern.monthDay);
    for (int day = 1; day <= 7; ++day)
        m_weekdays.at(day - 1)->setChecked(pattern.weekdays.contains(day % 7));
    m_expression->setText(pattern.toExpression());
}

/// The steps of the present kind.
void ScheduleDialog::showSteps(int every)
{
    const QSignalBlocker quiet(m_every);
    m_every->clear();
    for (const int step : SchedulePattern::steps(Kind(m_kind->currentData().toInt())))
        m_every->addItem(QString::number(step), step);
    const int index = m_every->findData(every);
    m_every->setCurrentIndex(index < 0 ? 0 : index);
}

SchedulePattern ScheduleDialog::pattern() const
{
    SchedulePattern pattern;
    pattern.kind = Kind(m_kind->currentData().toInt());
    pattern.every = m_every->currentData().toInt();
    pattern.hour = m_time->time().hour();
    pattern.minute = pattern.kind == Kind::Hours ? m_minute->value() : m_time->time().minute();
    pattern.monthDay = m_monthDay->value();
    pattern.weekdays.clear();
    for (int day = 1; day <= 7; ++day) {
        if (m_weekdays.at(day - 1)->isChecked())
            pattern.weekdays << day % 7;
    }
    pattern.expression = m_expression->text();
    return pattern;
}

ScheduleDialog::Fields ScheduleDialog::fields() const
{
    return {pattern().toExpression(), m_name->text().trimmed(),
        m_fixedCommand.isEmpty() ? m_command->toPlainText() : m_fixedCommand};
}

QString ScheduleDialog::words() const
{
    return m_words->text();
}

void ScheduleDialog::update()
{
    const Kind kind = Kind(m_kind->currentData().toInt());
    if (sender() == m_kind)
        showSteps(m_every->currentData().toInt());
    auto *form = qobject_cast<QFormLayout *>(layout()->itemAt(0)->layout());
    form->setRowVisible(m_every, !SchedulePattern::steps(kind).isEmpty());
    form->setRowVisible(m_minute, kind == Kind::Hours);
    form->setRowVisible(m_weekdayRow, kind == Kind::Weekdays);
    form->setRowVisible(m_monthDay, kind == Kind::MonthDay);
    form->setRowVisible(
        m_time, kind == Kind::Days || kind == Kind::Weekdays || kind == Kind::MonthDay || kind == Kind::LastDay);
    m_expression->setReadOnly(kind != Kind::Expression);
    const QString expression = pattern().toExpression();
    if (kind != Kind::Expression && m_expression->text() != expression) {
        const QSignalBlocker quiet(m_expression);
        m_expression->setText(expression);
    }
    const auto schedule = CronSchedule::parse(expression, m_dialect);
    const bool isGood = schedule && schedule->isEverDue();
    m_words->setText(schedule ? schedule->toWords() : schedule.error().message);
    setTone(m_words, isGood ? Tone::Text : Tone::Error);
    QStringList next;
    if (isGood) {
        for (const QDateTime &moment : schedule->next(QDateTime::currentDateTimeUtc(), shownRuns)) {
            const QDateTime local = moment.toLocalTime();
            const QString format = QStringLiteral("ddd dd MMM yyyy HH:mm:ss");
            next << tr("%1 UTC · %2 %3")
                        .arg(QLocale().toString(moment, format), QLocale().toString(local, format),
                            local.timeZoneAbbreviation());
        }
    }
    m_next->setText(next.join(QLatin1Char('\n')));
    const bool hasName = m_name->isHidden() || !m_name->text().trimmed().isEmpty();
    const bool hasCommand = m_command->isHidden() || !m_command->toPlainText().trimmed().isEmpty();
    m_accept->setEnabled(isGood && hasName && hasCommand);
}

} // namespace Shardboard
