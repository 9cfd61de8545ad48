// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/commandpalette.h"

#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace Shardboard {

namespace {

constexpr int kindRole = Qt::UserRole;
constexpr int entryRole = Qt::UserRole + 1;

/// The title at the left, what it is at the right.
class EntryDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        painter->save();
        painter->setPen(Theme::instance().dimText());
        painter->drawText(option.rect.adjusted(0, 0, -Spacing::small, 0), Qt::AlignRight | Qt::AlignVCenter,
            index.data(kindRole).toString());
        painter->restore();
    }
};

bool holdsInOrder(const QString &text, const QString &letters)
{
    qsizetype at = 0;
    for (const QChar letter : text)
        if (at < letters.size() && letter == letters.at(at))
            ++at;
    return at == letters.size();
}

/// Smaller is better; -1: does not fit.
int rankOf(const QString &title, const QString &typed)
{
    const QString text = title.toLower();
    if (text.startsWith(typed))
        return 0;
    if (text.contains(QLatin1Char(' ') + typed))
        return 1;
    if (text.contains(typed))
        return 2;
    return holdsInOrder(text, typed) ? 3 : -1;
}

} // namespace

CommandPalette::CommandPalette(QList<Entry> entries, QWidget *parent)
    : QDialog(parent), m_entries(std::move(entries)), m_edit(new QLineEdit(this)), m_list(new QListWidget(this))
{
    setWindowTitle(tr("Go to anything"));
    setWindowModality(Qt::WindowModal);
    m_edit->setPlaceholderText(tr("A dashboard, a connection, a command"));
    m_edit->setAccessibleName(windowTitle());
    m_edit->installEventFilter(this);
    m_list->setAccessibleName(tr("What fits"));
    m_list->setItemDelegate(new EntryDelegate(m_list));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setUniformItemSizes(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::medium, Spacing::medium, Spacing::medium, Spacing::medium);
    layout->setSpacing(Spacing::small);
    layout->addWidget(m_edit);
    layout->addWidget(m_list);
    connect(m_edit, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_edit, &QLineEdit::returnPressed, this, &CommandPalette::runCurrent);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    resize(560, 400);
    filter(QString());
}

QList<int> CommandPalette::matches(const QList<Entry> &entries, const QString &typed)
{
    std::vector<std::pair<int, int>> ranked;
    for (int i = 0; i < entries.size(); ++i)
        if (const int rank = rankOf(entries.at(i).title, typed.trimmed().toLower()); rank >= 0)
            ranked.emplace_back(rank, i);
    std::ranges::sort(ranked);
    QList<int> found;
    for (const auto &[rank, index] : ranked)
        found.append(index);
    return found;
}

void CommandPalette::filter(const QString &typed)
{
    m_list->clear();
    for (const int index : matches(m_entries, typed)) {
        const Entry &entry = m_entries.at(index);
        auto *item = new QListWidgetItem(entry.icon, shownText(entry.title, mostCaptionCharacters), m_list);
        item->setData(kindRole, entry.kind);
        item->setData(entryRole, index);
        item->setData(
            Qt::AccessibleTextRole, shownText(entry.title, mostCaptionCharacters) + QStringLiteral(", ") + entry.kind);
    }
    m_list->setCurrentRow(0);
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_edit && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        const int step = key == Qt::Key_Down ? 1 : key == Qt::Key_Up ? -1 : 0;
        if (step != 0) {
            m_list->setCurrentRow(qBound(0, m_list->currentRow() + step, m_list->count() - 1));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

void CommandPalette::runCurrent()
{
    const QListWidgetItem *item = m_list->currentItem();
    if (!item)
        return;
    const auto run = m_entries.at(item->data(entryRole).toInt()).run;
    accept();
    run();
}

} // namespace Shardboard
