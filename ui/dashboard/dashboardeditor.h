// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"

#include <QHash>
#include <QObject>
#include <QUndoStack>

namespace Shardboard {

/// The document being edited and the way back: every change is one step that can be undone.
class DashboardEditor final : public QObject
{
    Q_OBJECT

public:
    explicit DashboardEditor(QObject *parent = nullptr);

    /// Starts over: what is passed is what is saved.
    void setDocument(const Document &document);
    const Document &document() const { return m_document; }
    QUndoStack &undoStack() { return m_stack; }
    bool isModified() const { return !m_stack.isClean(); }
    void markSaved() { m_stack.setClean(); }
    /// Back to what was saved last, as one step that can itself be undone.
    void discard();

    void setPlaces(const QHash<QString, GridPlace> &places);
    void renamePanel(const QString &panelId, const QString &title);
    void renameDashboard(const QString &title);
    void removePanel(const QString &panelId);
    /// What the document opens with from now on.
    void setTimeRange(const TimeRange &range);

Q_SIGNALS:
    void documentChanged(const Shardboard::Document &document);
    void modifiedChanged(bool isModified);

private:
    friend class DocumentStep;
    void change(const QString &text, const Document &after, const QString &mergeKey = {});
    void apply(const Document &document);

    Document m_document;
    Document m_saved;
    QUndoStack m_stack;
};

} // namespace Shardboard
