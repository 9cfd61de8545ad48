// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/dashboardeditor.h"

#include "ui/dashboard/gridarrange.h"

#include <algorithm>

namespace Shardboard {

/// From one document to another. A document is a value of a few kilobytes: keeping two is simpler than knowing how to
/// take each kind of change back.
class DocumentStep final : public QUndoCommand
{
public:
    DocumentStep(DashboardEditor &editor, const QString &text, Document before, Document after, QString mergeKey)
        : QUndoCommand(text)
        , m_editor(editor)
        , m_before(std::move(before))
        , m_after(std::move(after))
        , m_mergeKey(std::move(mergeKey))
    {
    }

    void undo() override { m_editor.apply(m_before); }
    void redo() override { m_editor.apply(m_after); }
    int id() const override { return m_mergeKey.isEmpty() ? -1 : 1; }

    /// A panel nudged along by the arrow keys comes back in one step.
    bool mergeWith(const QUndoCommand *other) override
    {
        const auto *next = static_cast<const DocumentStep *>(other);
        if (next->m_mergeKey != m_mergeKey)
            return false;
        m_after = next->m_after;
        setObsolete(m_after == m_before);
        return true;
    }

private:
    DashboardEditor &m_editor;
    Document m_before;
    Document m_after;
    QString m_mergeKey;
};

DashboardEditor::DashboardEditor(QObject *parent) : QObject(parent)
{
    connect(&m_stack, &QUndoStack::cleanChanged, this, [this](bool isClean) {
        if (isClean)
            m_saved = m_document;
        Q_EMIT modifiedChanged(!isClean);
    });
}

void DashboardEditor::setDocument(const Document &document)
{
    m_stack.clear();
    m_saved = document;
    apply(document);
}

void DashboardEditor::apply(const Document &document)
{
    m_document = document;
    Q_EMIT documentChanged(m_document);
}

void DashboardEditor::change(const QString &text, const Document &after, const QString &mergeKey)
{
    if (after == m_document)
        return;
    m_stack.push(new DocumentStep(*this, text, m_document, after, mergeKey));
}

void DashboardEditor::discard()
{
    change(tr("Discard changes"), m_saved);
    m_stack.setClean();
}

void DashboardEditor::setPlaces(const QHash<QString, GridPlace> &places)
{
    Document after = m_document;
    QStringList moved;
    for (Panel &panel : after.panels) {
        const auto place = places.constFind(panel.id);
        if (place == places.constEnd())
            continue;
        panel.place = *place;
        moved.append(panel.id);
    }
    moved.sort();
    change(tr("Arrange panels"), after, moved.join(u'\n'));
}

void DashboardEditor::renamePanel(const QString &panelId, const QString &title)
{
    Document after = m_document;
    for (Panel &panel : after.panels) {
        if (panel.id == panelId)
            panel.title = title.trimmed();
    }
    change(tr("Rename panel"), after);
}

void DashboardEditor::renameDashboard(const QString &title)
{
    Document after = m_document;
    after.title = title.trimmed();
    change(tr("Rename dashboard"), after);
}

void DashboardEditor::removePanel(const QString &panelId)
{
    Document after = m_document;
    after.panels.removeIf([&](const Panel &panel) { return panel.id == panelId; });
    // What stood below moves up: a hole would look like something that failed to load.
    QList<GridPlace> places;
    for (const Panel &panel : std::as_const(after.panels))
        places.append(panel.place);
    places = Grid::arranged(places, -1);
    for (qsizetype i = 0; i < places.size(); ++i)
        after.panels[i].place = places[i];
    change(tr("Remove panel"), after);
}

void DashboardEditor::setTimeRange(const TimeRange &range)
{
    Document after = m_document;
    after.timeRange = range;
    change(tr("Set time range"), after);
}

} // namespace Shardboard
