// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/clusterhead.h"

#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLocale>
#include <QPushButton>
#include <QSettings>

namespace Shardboard {

namespace {

constexpr auto intervalKey = "cluster/interval";
constexpr int usualInterval = 5000;

} // namespace

ClusterHead::ClusterHead(QWidget *parent)
    : QWidget(parent)
    , m_summary(makeDimLabel({}, this))
    , m_readAt(makeDimLabel({}, this))
    , m_interval(new QComboBox(this))
    , m_refresh(new QPushButton(tr("Refresh"), this))
    , m_addNode(new QPushButton(tr("Add a node…"), this))
{
    m_interval->setAccessibleName(tr("How often the page reads the cluster again"));
    m_interval->addItem(tr("Read when asked"), 0);
    for (const int seconds : {2, 5, 15, 60})
        m_interval->addItem(tr("Read every %n s", nullptr, seconds), seconds * 1000);
    const int wanted = m_interval->findData(QSettings().value(QLatin1String(intervalKey), usualInterval));
    m_interval->setCurrentIndex(wanted < 0 ? m_interval->findData(usualInterval) : wanted);
    m_interval->setToolTip(
        tr("Only while this page is in sight. Sizes of shards and connections between nodes are read "
           "once a minute at most, and when you ask."));
    m_refresh->setIcon(symbolicIcon(QStringLiteral("refresh")));
    m_refresh->setToolTip(tr("Read all of it again (F5)"));
    m_addNode->hide();
    m_summary->setWordWrap(false);
    m_readAt->setWordWrap(false);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Spacing::large, Spacing::medium, Spacing::large, Spacing::small);
    row->setSpacing(Spacing::medium);
    row->addWidget(makeHeading(tr("Cluster"), 1.4, this));
    row->addWidget(m_summary);
    row->addStretch(1);
    for (QWidget *widget : {static_cast<QWidget *>(m_readAt), static_cast<QWidget *>(m_interval),
             static_cast<QWidget *>(m_refresh), static_cast<QWidget *>(m_addNode)})
        row->addWidget(widget);
    connect(m_interval, &QComboBox::currentIndexChanged, this, [this] {
        QSettings().setValue(QLatin1String(intervalKey), interval());
        Q_EMIT intervalChanged();
    });
    connect(m_refresh, &QPushButton::clicked, this, &ClusterHead::refreshRequested);
    connect(m_addNode, &QPushButton::clicked, this, &ClusterHead::addNodeRequested);
}

void ClusterHead::setFacts(const ClusterFacts &facts)
{
    m_addNode->setVisible(facts.hasCitus);
    const auto isDown = [](const NodeFacts &node) { return node.isActive && !node.hasAnswered; };
    const qsizetype down = std::ranges::count_if(facts.nodes, isDown);
    const qsizetype disabled = std::ranges::count(facts.nodes, false, &NodeFacts::isActive);
    QString text
        = facts.hasCitus ? tr("%n node(s)", nullptr, int(facts.nodes.size())) : tr("one server, without citus");
    if (down > 0)
        text += tr(", %n do not answer", nullptr, int(down));
    if (disabled > 0)
        text += tr(", %n disabled", nullptr, int(disabled));
    m_summary->setText(facts.nodes.isEmpty() ? QString() : text);
    setTone(m_summary, down > 0 ? Tone::Error : disabled > 0 ? Tone::Warning : Tone::Dim);
}

void ClusterHead::setReadAt(const QDateTime &moment)
{
    m_readAt->setText(moment.isValid()
            ? tr("as of %1").arg(QLocale().toString(moment.time(), QStringLiteral("HH:mm:ss")))
            : QString());
}

int ClusterHead::interval() const
{
    return m_interval->currentData().toInt();
}

QString ClusterHead::summary() const
{
    return m_summary->text();
}

} // namespace Shardboard
