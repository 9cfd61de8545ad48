// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/cluster/activitymodel.h"
#include "ui/cluster/clusterview.h"

class QAction;
class QCheckBox;
class QStackedWidget;
class QTreeView;

namespace Shardboard {

class EmptyState;
class Label;

/// What all nodes are doing, as one tree of who blocks whom.
class ActivityView final : public ClusterView
{
    Q_OBJECT

public:
    explicit ActivityView(QWidget *parent = nullptr);

    ClusterParts liveParts() const override { return ClusterPart::Activity; }
    ClusterParts costlyParts() const override { return ClusterPart::Nodes; }
    void setFacts(const std::shared_ptr<const ClusterFacts> &facts) override;
    ActivityModel &model() { return m_model; }
    QTreeView &tree() { return *m_tree; }
    QAction &cancelAction() { return *m_cancel; }
    QAction &terminateAction() { return *m_terminate; }

Q_SIGNALS:
    /// The user wants its statement cancelled, or the session ended; nothing has been asked yet. `what` says in a few
    /// words whose it is and what it does.
    void signalRequested(qint64 gpid, bool isTermination, const QString &what);

private:
    void setupTree();
    void setupLayout();
    void showFacts();
    void showNotes();
    void offerActions();
    void request(bool isTermination);

    ActivityModel m_model;
    std::shared_ptr<const ClusterFacts> m_facts = std::make_shared<ClusterFacts>();
    QTreeView *m_tree;
    QStackedWidget *m_states;
    EmptyState *m_empty;
    QCheckBox *m_onlyWaits;
    Label *m_summary;
    Label *m_notes;
    QAction *m_cancel;
    QAction *m_terminate;
};

} // namespace Shardboard
