// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/rollupmeasureeditor.h"

#include "admin/facts.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/wizards/rollupmeasurewords.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QSpinBox>
#include <QStandardItemModel>

namespace Shardboard {

using Kind = RollupMeasure::Kind;

RollupMeasureEditor::RollupMeasureEditor(QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
    , m_kind(new QComboBox(this))
    , m_meaning(makeDimLabel({}, this))
    , m_name(new QLineEdit(this))
    , m_expression(new QComboBox(this))
    , m_filter(new QComboBox(this))
    , m_precision(new QComboBox(this))
    , m_size(new QSpinBox(this))
    , m_compression(new QSpinBox(this))
    , m_percentile(new QDoubleSpinBox(this))
    , m_type(makeDimLabel({}, this))
    , m_kindProblem(makeDimLabel({}, this))
    , m_nameProblem(makeDimLabel({}, this))
    , m_expressionProblem(makeDimLabel({}, this))
    , m_filterProblem(makeDimLabel({}, this))
{
    setupFields();
    setupLayout();
    connectFields();
}

void RollupMeasureEditor::setupFields()
{
    for (QComboBox *box : {m_expression, m_filter}) {
        box->setEditable(true);
        box->setInsertPolicy(QComboBox::NoInsert);
        box->lineEdit()->setFont(Theme::codeFont());
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    }
    m_filter->lineEdit()->setPlaceholderText(tr("all rows"));
    for (int log2m = 8; log2m <= 17; ++log2m)
        m_precision->addItem(describePrecision(log2m, RollupMeasure().regwidth), log2m);
    m_size->setRange(1, 10000);
    m_size->setToolTip(tr("Twenty times as many as are shown keeps the shown ones right on most data"));
    m_compression->setRange(10, 10000);
    m_compression->setSingleStep(50);
    m_compression->setToolTip(tr("Larger is more precise and takes more room: 100 is within about 1 % at the median"));
    m_percentile->setRange(0, 100);
    m_percentile->setDecimals(2);
    m_percentile->setSuffix(tr(" %"));
    m_kind->setAccessibleName(tr("Kind of figure"));
    m_name->setAccessibleName(tr("Name of the figure"));
    m_expression->setAccessibleName(tr("Of a column or an expression"));
    m_filter->setAccessibleName(tr("Only rows that meet"));
    m_precision->setAccessibleName(tr("Precision"));
    for (Label *problem : {m_kindProblem, m_nameProblem, m_expressionProblem, m_filterProblem}) {
        setTone(problem, Tone::Error);
        problem->hide();
    }
}

void RollupMeasureEditor::addRow(const QString &label, QWidget *field, Label *problem)
{
    auto *caption = new Label(label, this);
    caption->setBuddy(field);
    m_labels.insert(field, caption);
    const int row = m_grid->rowCount();
    m_grid->addWidget(caption, row, 0);
    m_grid->addWidget(field, row, 1);
    if (problem)
        m_grid->addWidget(problem, row + 1, 1);
}

void RollupMeasureEditor::showRow(QWidget *field, bool isShown)
{
    field->setVisible(isShown);
    m_labels.value(field)->setVisible(isShown);
}

void RollupMeasureEditor::setupLayout()
{
    m_grid->setContentsMargins({});
    m_grid->setHorizontalSpacing(Spacing::large);
    m_grid->setVerticalSpacing(Spacing::small);
    m_grid->setColumnStretch(1, 1);
    addRow(tr("&Kind"), m_kind, m_kindProblem);
    m_grid->addWidget(m_meaning, m_grid->rowCount(), 1);
    addRow(tr("N&ame"), m_name, m_nameProblem);
    addRow(tr("&Of"), m_expression, m_expressionProblem);
    addRow(tr("&Where"), m_filter, m_filterProblem);
    addRow(tr("&Precision"), m_precision);
    addRow(tr("Values &kept"), m_size);
    addRow(tr("&Compression"), m_compression);
    addRow(tr("P&ercentile"), m_percentile);
    m_grid->addWidget(m_type, m_grid->rowCount(), 1);
    m_grid->setRowStretch(m_grid->rowCount(), 1);
    setFocusProxy(m_name);
}

void RollupMeasureEditor::connectFields()
{
    const auto announce = [this] {
        if (m_isLoading)
            return;
        showKind();
        Q_EMIT changed();
    };
    connect(m_kind, &QComboBox::currentIndexChanged, this, announce);
    connect(m_precision, &QComboBox::currentIndexChanged, this, announce);
    connect(m_name, &QLineEdit::textEdited, this, announce);
    connect(m_expression, &QComboBox::currentTextChanged, this, announce);
    connect(m_filter, &QComboBox::currentTextChanged, this, announce);
    for (QSpinBox *box : {m_size, m_compression})
        connect(box, &QSpinBox::valueChanged, this, announce);
    connect(m_percentile, &QDoubleSpinBox::valueChanged, this, announce);
}

/// Conditions on columns that are there, to begin with.
QStringList RollupMeasureEditor::filterExamples(const TableFacts &table) const
{
    QStringList examples{QString()};
    for (const ColumnFacts &column : table.columns) {
        const QString name = quoteIdentifier(column.name);
        if (column.name.contains(QStringLiteral("status"), Qt::CaseInsensitive)
            && column.type == QStringLiteral("integer"))
            examples << name + QStringLiteral(" BETWEEN 200 AND 299") << name + QStringLiteral(" >= 400")
                     << name + QStringLiteral(" >= 500");
        else if (column.type == QStringLiteral("boolean"))
            examples << name << QStringLiteral("NOT ") + name;
        else if (!column.isNotNull)
            examples << name + QStringLiteral(" IS NOT NULL");
    }
    return examples.mid(0, 12);
}

void RollupMeasureEditor::setChoices(const TableFacts &table, const CatalogueFacts &facts, const RollupDraft &draft)
{
    m_isLoading = true;
    const auto strategy = strategyOf(draft, table, facts);
    m_isCascade = strategy == RollupStrategy::Cascade;
    m_kind->clear();
    auto *model = qobject_cast<QStandardItemModel *>(m_kind->model());
    for (const MeasureKindWords &words : measureKinds()) {
        m_kind->addItem(words.name, int(words.kind));
        const QString why = kindObstacle(words.kind, strategy, draft.levels.size(), extensionsOf(facts));
        m_kind->setItemData(m_kind->count() - 1, why.isEmpty() ? words.meaning : why, Qt::ToolTipRole);
        model->item(m_kind->count() - 1)->setEnabled(why.isEmpty());
    }
    m_expression->clear();
    for (const ColumnFacts &column : table.columns)
        m_expression->addItem(quoteIdentifier(column.name));
    m_filter->clear();
    m_filter->addItems(filterExamples(table));
    for (QWidget *field : QList<QWidget *>{m_kind, m_expression, m_filter, m_precision, m_size, m_compression})
        field->setEnabled(!m_isCascade);
    m_isLoading = false;
}

void RollupMeasureEditor::load(const RollupMeasureDraft &draft)
{
    m_isLoading = true;
    m_loaded = draft.measure;
    m_kind->setCurrentIndex(m_kind->findData(int(m_loaded.kind)));
    if (m_name->text() != m_loaded.column)
        m_name->setText(m_loaded.column);
    m_expression->setCurrentText(m_loaded.expression);
    m_filter->setCurrentText(m_loaded.filter);
    if (m_precision->findData(m_loaded.log2m) < 0)
        m_precision->addItem(describePrecision(m_loaded.log2m, m_loaded.regwidth), m_loaded.log2m);
    m_precision->setCurrentIndex(m_precision->findData(m_loaded.log2m));
    m_size->setValue(m_loaded.size);
    m_compression->setValue(m_loaded.compression);
    m_percentile->setValue(m_loaded.fraction * 100);
    m_type->setText(
        draft.expressionType.isEmpty() ? QString() : tr("The expression is a %1.").arg(draft.expressionType));
    showKind();
    m_isLoading = false;
}

void RollupMeasureEditor::showKind()
{
    const Kind kind = Kind(m_kind->currentData().toInt());
    m_meaning->setText(
        m_isCascade ? tr("As the finer rollup has it: only its name can be another one.") : wordsOf(kind).meaning);
    showRow(m_expression, kind != Kind::Count || m_isCascade);
    showRow(m_filter, !m_isCascade);
    showRow(m_precision, kind == Kind::Distinct);
    showRow(m_size, kind == Kind::TopN);
    showRow(m_compression, kind == Kind::Percentiles);
    showRow(m_percentile, kind == Kind::ExactPercentile);
    m_type->setVisible(!m_type->text().isEmpty());
}

RollupMeasure RollupMeasureEditor::measure() const
{
    RollupMeasure made = m_loaded;
    made.kind = Kind(m_kind->currentData().toInt());
    made.column = m_name->text().trimmed();
    if (!m_isCascade)
        made.expression = made.kind == Kind::Count ? QString() : m_expression->currentText().trimmed();
    made.filter = m_filter->currentText().trimmed();
    made.log2m = m_precision->currentData().toInt();
    made.size = m_size->value();
    made.compression = m_compression->value();
    made.fraction = m_percentile->value() / 100;
    return made;
}

void RollupMeasureEditor::showProblems(const QList<RollupProblem> &problems)
{
    for (const auto &[field, label] : {std::pair("kind", m_kindProblem), {"column", m_nameProblem},
             {"expression", m_expressionProblem}, {"filter", m_filterProblem}}) {
        QStringList texts;
        for (const RollupProblem &problem : problems) {
            if (problem.field == QLatin1String(field))
                texts << problem.text;
        }
        label->setText(texts.join(QLatin1Char('\n')));
        label->setVisible(!texts.isEmpty());
    }
}

} // namespace Shardboard
