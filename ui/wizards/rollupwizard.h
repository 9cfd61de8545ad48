// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/facts.h"
#include "admin/rollup/rollupdraft.h"
#include "admin/rollup/rollupprobe.h"
#include "admin/rollup/rollupsource.h"
#include "admin/rolluppreview.h"
#include "ui/wizards/planwizard.h"

#include <QTimer>

#include <atomic>
#include <memory>

namespace Shardboard {

class RollupBackfillPage;
class RollupDimensionsPage;
class RollupLevelsPage;
class RollupMeasuresPage;
class RollupPreviewPage;
class RollupSourcePage;
struct BackfillReport;

/// Rolls up any table: source and strategy, buckets with schedule and retention, what to group by, figures, a preview
/// on real rows; then the plan, the run, and the rows that are there already.
class RollupWizard final : public PlanWizard
{
    Q_OBJECT

public:
    enum Step { Source, Levels, Dimensions, Measures, Preview };

    /// An empty table: the user chooses one.
    RollupWizard(const QualifiedName &table, const WizardContext &context, QWidget *parent);

    const RollupDraft &draft() const { return m_draft; }
    bool isReading() const; ///< of tables, or judging expressions, or looking at rows
    bool isBackfilling() const;
    int backfillStep() const { return m_backfillStep; }
    RollupSourcePage &sourcePage() { return *m_sourcePage; }
    RollupLevelsPage &levelsPage() { return *m_levelsPage; }
    RollupDimensionsPage &dimensionsPage() { return *m_dimensionsPage; }
    RollupMeasuresPage &measuresPage() { return *m_measuresPage; }
    RollupPreviewPage &previewPage() { return *m_previewPage; }
    RollupBackfillPage &backfillPage() { return *m_backfillPage; }
    /// As if the server had told it.
    void showReading(const CatalogueFacts &facts, const RollupSourceFigures &figures);

Q_SIGNALS:
    void jobsRequested(); ///< the user wants to see what the rollups do now

protected:
    Outcome<Intent> intent() const override;
    void enteredQuestion(int step) override;
    bool leaveQuestion(int step) override;
    QString afterwardsText() const override;
    void afterwards() override;
    void enteredSequel() override;
    bool leaveSequel() override;

private:
    struct Reading
    {
        CatalogueFacts facts;
        RollupSourceFigures figures;
    };

    void connectPages();
    void read();
    void takeOver(int step); ///< from the page
    void showStep();
    void showMeaning();
    const TableFacts *table() const;
    QList<RollupProblem> problemsOf(int step) const;
    void showProblems();
    /// Puts what is known of the expressions into the draft and its problems; gives those that nothing is known of.
    QList<RollupExpression> takeJudged();
    void judgeSoon();
    void judge();
    void showJudged(const Outcome<QList<RollupExpression>> &judged);
    void startPreview();
    void backfill();
    void showBackfill(const BackfillReport &report);

    RollupDraft m_draft;
    CatalogueFacts m_facts;
    RollupSourceFigures m_figures;
    QHash<QString, RollupExpression> m_expressions; ///< judged, by their SQL
    QList<RollupProblem> m_judged; ///< what the server has against expressions
    RollupPreview m_preview;
    RollupDraft m_previewed; ///< what it was made of
    bool m_wasRead = false;
    bool m_isLeaving = false; ///< goes on once the expressions are judged
    bool m_isBackfilled = false;
    int m_backfillStep = 0;
    QStringList m_rollups; ///< names, finest first, of the plan that has run
    QPointer<Job> m_job;
    QPointer<Job> m_judging;
    QPointer<Job> m_previewing;
    QPointer<Job> m_backfilling;
    std::shared_ptr<std::atomic_bool> m_isBackfillStopped; ///< by the user, not by the end of the program
    QTimer m_judgeDelay;
    RollupSourcePage *m_sourcePage;
    RollupLevelsPage *m_levelsPage;
    RollupDimensionsPage *m_dimensionsPage;
    RollupMeasuresPage *m_measuresPage;
    RollupPreviewPage *m_previewPage;
    RollupBackfillPage *m_backfillPage;
};

} // namespace Shardboard
