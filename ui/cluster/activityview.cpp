// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/activityview.h"

#include "ui/cluster/factlist.h"
#include "ui/common/emptystate.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QAction>
#include <QCheckBox>
#include <QHeaderView>
#include <QPushButton>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

namespace Shardboard {

ActivityView::ActivityView(QWidget *parent)
    : ClusterView(parent)
    , m_tree(new QTreeView(this))
    , m_states(new QStackedWidget(this))
    , m_empty(new EmptyState(QStringLiteral("clock"), {}, {}, this))
    , m_onlyWaits(new QCheckBox(tr("&Only what blocks or waits"), this))
    , m_summary(makeDimLabel({}, this))
    , m_notes(makeDimLabel({}, this))
    , m_cancel(new QAction(tr("Cancel the statement…"), this))
    , m_terminate(new QAction(tr("End the session…"), this))
{
    setupTree();
    setupLayout();
    connect(m_onlyWaits, &QCheckBox::toggled, this, &ActivityView::showFacts);
    connect(m_cancel, &QAction::triggered, this, [this] { request(false); });
    connect(m_terminate, &QAction::triggered, this, [this] { request(true); });
    offerActions();
}

void ActivityView::setupTree()
{
    m_tree->setModel(&m_model);
    m_tree->setUniformRowHeights(true);
    m_tree->setAllColumnsShowFocus(true);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setFont(Theme::figureFont());
    m_tree->setAccessibleName(tr("Sessions on all nodes, who blocks above who waits"));
    m_tree->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_tree->addActions({m_cancel, m_terminate});
    m_tree->header()->setStretchLastSection(true);
    const QList<int> widths{230, 190, 190, 84, 140};
    for (int column = 0; column < widths.size(); ++column)
        m_tree->setColumnWidth(column, widths.at(column));
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, &ActivityView::offerActions);
}

void ActivityView::setupLayout()
{
    auto *head = new QHBoxLayout;
    head->setContentsMargins(Spacing::large, Spacing::small, Spacing::large, Spacing::small);
    head->setSpacing(Spacing::medium);
    head->addWidget(m_onlyWaits);
    head->addWidget(m_summary, 1);
    for (QAction *action : {m_cancel, m_terminate}) {
        auto *button = new QPushButton(action->text(), this);
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        connect(action, &QAction::changed, button, [button, action] { button->setEnabled(action->isEnabled()); });
        head->addWidget(button);
    }
    m_notes->setContentsMargins(Spacing::large, 0, Spacing::large, Spacing::small);
    setTone(m_notes, Tone::Warning);
    m_states->addWidget(onCard(m_tree, this));
    m_states->setContentsMargins(Spacing::large, 0, Spacing::large, Spacing::large);
    m_states->addWidget(m_empty);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(m_notes);
    layout->addWidget(m_states, 1);
}

void ActivityView::setFacts(const std::shared_ptr<const ClusterFacts> &facts)
{
    m_facts = facts;
    showFacts();
    showNotes();
}

void ActivityView::showFacts()
{
    const qint64 current = m_model.gpid(m_tree->currentIndex());
    const int scrolled = m_tree->verticalScrollBar()->value();
    m_model.setFacts(m_facts, m_onlyWaits->isChecked());
    m_tree->expandAll();
    if (const QModelIndex index = m_model.indexOf(current); index.isValid())
        m_tree->setCurrentIndex(index);
    m_tree->verticalScrollBar()->setValue(scrolled);
    const qsizetype waiting = m_facts->activity.waits.size();
    m_summary->setText(tr("%n at work", nullptr, m_model.rowCount()) + QStringLiteral(" · ")
        + (waiting ? tr("%n wait(s) for a lock", nullptr, int(waiting)) : tr("nobody waits for a lock"))
        + QStringLiteral(" · ") + tr("%n idle", nullptr, m_facts->activity.idleCount));
    if (m_onlyWaits->isChecked())
        m_empty->setTexts(tr("Nobody waits"), tr("No transaction waits for a lock that another one holds."));
    else
        m_empty->setTexts(tr("All quiet"), tr("No statement runs and no transaction is open on any node."));
    m_states->setCurrentIndex(m_model.rowCount() > 0 ? 0 : 1);
    offerActions();
}

void ActivityView::showNotes()
{
    QStringList notes;
    for (const auto &[node, why] : m_facts->activity.failures.asKeyValueRange())
        notes << tr("%1 told nothing: %2").arg(m_facts->nodeName(node), why.simplified());
    if (m_facts->activity.hidesOthers)
        notes << tr("Statements of other users are hidden from you. Membership in pg_read_all_stats shows them.");
    m_notes->setText(notes.join(QStringLiteral("\n")));
    m_notes->setVisible(!notes.isEmpty());
}

void ActivityView::offerActions()
{
    const QModelIndex index = m_tree->currentIndex();
    const ActivitySession *session = m_model.session(index);
    m_terminate->setEnabled(m_model.gpid(index) != 0);
    m_cancel->setEnabled(m_model.gpid(index) != 0 && (!session || session->state == QStringLiteral("active")));
}

void ActivityView::request(bool isTermination)
{
    const QModelIndex index = m_tree->currentIndex();
    const qint64 gpid = m_model.gpid(index);
    if (gpid == 0)
        return;
    const ActivitySession *session = m_model.session(m_model.indexOf(gpid));
    const QString what = session
        ? tr("%1 on %2: %3")
              .arg(session->user, m_facts->nodeName(session->nodeId), session->query.simplified().left(300))
        : tr("global pid %1").arg(gpid);
    Q_EMIT signalRequested(gpid, isTermination, what);
}

} // namespace Shardboard
