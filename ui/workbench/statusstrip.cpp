// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/statusstrip.h"

#include "connection/transportwarning.h"
#include "ui/common/badge.h"
#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/common/timetext.h"
#include "ui/workbench/runningwork.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>

namespace Shardboard {

namespace {

struct StateLook
{
    QString icon;
    Tone tone;
    QString text;
};

StateLook lookOf(const LinkStatus &status)
{
    switch (status.state) {
    case LinkStatus::State::None:
        return {QStringLiteral("disconnected"), Tone::Dim, StatusStrip::tr("Not connected")};
    case LinkStatus::State::Connecting:
        return {QStringLiteral("pending"), Tone::Dim, StatusStrip::tr("Connecting…")};
    case LinkStatus::State::Connected:
        return {QStringLiteral("connected"), Tone::Success, StatusStrip::tr("Connected")};
    case LinkStatus::State::Failed:
        return {QStringLiteral("error"), Tone::Error, StatusStrip::tr("Could not connect")};
    case LinkStatus::State::Lost:
        break;
    }
    const qint64 seconds = qMax<qint64>(0, (QDateTime::currentDateTimeUtc().msecsTo(status.retryAt) + 999) / 1000);
    return {QStringLiteral("disconnected"), Tone::Error,
        seconds > 0 ? StatusStrip::tr("Connection lost, retry in %1 s").arg(seconds)
                    : StatusStrip::tr("Connection lost, retrying…")};
}

} // namespace

QString describeServer(const ServerCapabilities &server)
{
    QStringList parts;
    if (server.versionNumber > 0)
        parts.append(StatusStrip::tr("PostgreSQL %1").arg(server.versionText.section(QLatin1Char(' '), 0, 0)));
    if (server.hasCitus()) {
        parts.append(StatusStrip::tr("Citus %1").arg(server.citus.version));
        parts.append(StatusStrip::tr("%n node(s)", nullptr, int(server.nodes.size())));
    }
    return parts.join(QStringLiteral(" · "));
}

StatusStrip::StatusStrip(RunningWork &work, QWidget *parent)
    : QWidget(parent)
    , m_work(work)
    , m_layout(new QHBoxLayout(this))
    , m_icon(new Label(this))
    , m_state(new Label(this))
    , m_retry(new QPushButton(tr("Retry now"), this))
    , m_production(new Badge(this))
    , m_readOnly(new Badge(this))
    , m_target(new ElidedLabel(this))
    , m_tls(new Label(this))
    , m_server(new Label(this))
    , m_latency(new Label(this))
    , m_workText(new Label(this))
    , m_progress(new QProgressBar(this))
    , m_cancel(new QToolButton(this))
{
    setupLayout();
    m_tick.setInterval(500);
    connect(&m_tick, &QTimer::timeout, this, &StatusStrip::showState);
    connect(m_retry, &QPushButton::clicked, this, &StatusStrip::retryRequested);
    connect(&m_work, &RunningWork::changed, this, &StatusStrip::showWork);
    connect(m_cancel, &QToolButton::clicked, this, [this] {
        if (!m_work.items().isEmpty())
            m_work.cancel(m_work.items().last().id);
    });
    connect(&Theme::instance(), &Theme::changed, this, [this] { setStatus(m_status); });
    setStatus({});
    showWork();
}

void StatusStrip::setupLayout()
{
    setFixedHeight(30);
    setAccessibleName(tr("Status"));
    m_layout->setContentsMargins(Spacing::medium, 1, Spacing::medium, 0);
    m_layout->setSpacing(Spacing::small);
    m_retry->setFlat(true);
    m_retry->setFixedHeight(24);
    for (QWidget *widget : {static_cast<QWidget *>(m_icon), static_cast<QWidget *>(m_state),
             static_cast<QWidget *>(m_retry), static_cast<QWidget *>(m_production), static_cast<QWidget *>(m_readOnly)})
        m_layout->addWidget(widget);
    m_target->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    m_layout->addWidget(m_target);
    m_layout->addStretch(1);
    for (Label *label : {m_tls, m_server, m_latency, m_workText}) {
        setTone(label, Tone::Dim);
        m_layout->addWidget(label);
        m_layout->addSpacing(Spacing::small);
    }
    setTone(m_workText, Tone::Text);
    m_progress->setFixedWidth(120);
    m_progress->setTextVisible(false);
    m_layout->addWidget(m_progress);
    m_cancel->setIcon(symbolicIcon(QStringLiteral("close")));
    m_cancel->setAutoRaise(true);
    m_cancel->setFixedSize(24, 24);
    m_cancel->setToolTip(tr("Cancel"));
    m_cancel->setAccessibleName(tr("Cancel the running work"));
    m_layout->addWidget(m_cancel);
}

void StatusStrip::setStatus(const LinkStatus &status)
{
    m_status = status;
    if (status.state == LinkStatus::State::Lost)
        m_tick.start();
    else
        m_tick.stop();
    showState();
    showServer();
    update();
}

void StatusStrip::showState()
{
    const StateLook look = lookOf(m_status);
    m_icon->setPixmap(symbolicPixmap(look.icon, 16, toneColour(look.tone), devicePixelRatioF()));
    m_state->setText(look.text);
    setTone(m_state, look.tone == Tone::Success ? Tone::Text : look.tone);
    m_state->setToolTip(m_status.error ? m_status.error->toText() : QString());
    m_retry->setVisible(m_status.state == LinkStatus::State::Lost || m_status.state == LinkStatus::State::Failed);
    setAccessibleDescription(text());
}

void StatusStrip::showServer()
{
    const bool isThere = m_status.state != LinkStatus::State::None;
    const bool isConnected = m_status.state == LinkStatus::State::Connected;
    m_production->set(tr("PRODUCTION"), Theme::instance().error(), true);
    m_production->setVisible(isThere && m_status.profile.isProduction);
    m_readOnly->set(tr("read-only"), Theme::instance().dimText(), false);
    m_readOnly->setVisible(isThere && m_status.profile.isReadOnly);
    m_target->setFullText(isThere ? m_status.target : QString());
    const auto warning = connectionWarning(m_status.profile.settings, m_status.peer);
    const bool isUnverified = warning && warning->kind == TransportWarning::Kind::Unverified;
    m_tls->setText(isUnverified ? tr("TLS, not verified") : m_status.peer.usesTls ? tr("TLS") : tr("no TLS"));
    m_tls->setToolTip(warning       ? warning->text
            : m_status.peer.usesTls ? m_status.peer.tlsDescription
                                    : tr("The connection stays on this machine"));
    setTone(m_tls, !warning ? Tone::Dim : isUnverified ? Tone::Warning : Tone::Error);
    m_tls->setVisible(isConnected);
    m_server->setText(m_status.server ? describeServer(*m_status.server) : QString());
    m_server->setVisible(isConnected && m_status.server);
    m_latency->setText(m_status.latency ? describeDuration(double(m_status.latency->count()) / 1000) : QString());
    m_latency->setToolTip(tr("Round trip to the server"));
    m_latency->setVisible(isConnected && m_status.latency);
}

void StatusStrip::showWork()
{
    const auto &items = m_work.items();
    for (QWidget *widget : {static_cast<QWidget *>(m_workText), static_cast<QWidget *>(m_progress)})
        widget->setVisible(!items.isEmpty());
    m_cancel->setVisible(!items.isEmpty() && items.last().cancel);
    if (items.isEmpty())
        return;
    const RunningWork::Item &item = items.last();
    const QString amount = describeProgress(item.progress);
    QString line = item.isCancelling ? tr("%1: cancelling…").arg(item.title) : item.title;
    if (!amount.isEmpty() && !item.isCancelling)
        line += QStringLiteral(" · ") + amount;
    if (items.size() > 1)
        line += tr(" (and %n more)", nullptr, int(items.size()) - 1);
    m_workText->setText(line);
    m_workText->setToolTip(item.progress.activity);
    // Work without an end, such as sample data, tells how far it is by its count alone.
    m_progress->setVisible(item.progress.total > 0 || item.progress.done == 0);
    m_progress->setRange(0, item.progress.total > 0 ? 1000 : 0);
    if (item.progress.total > 0)
        m_progress->setValue(int(item.progress.done * 1000 / item.progress.total));
    m_cancel->setEnabled(!item.isCancelling);
}

QString StatusStrip::text() const
{
    QStringList parts{m_state->text()};
    if (!m_production->isHidden())
        parts.append(m_production->text());
    if (!m_readOnly->isHidden())
        parts.append(m_readOnly->text());
    if (!m_target->fullText().isEmpty())
        parts.append(m_target->fullText());
    for (const Label *label : {m_tls, m_server, m_latency, m_workText})
        if (!label->isHidden() && !label->text().isEmpty())
            parts.append(label->text());
    return parts.join(QStringLiteral(" | "));
}

void StatusStrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(QRect(0, 0, width(), 1), Theme::instance().border());
}

} // namespace Shardboard
