// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/filepicker.h"
#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/wizards/importpages.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QSpinBox>

namespace Shardboard {

namespace {

QString delimiterName(char delimiter)
{
    return delimiter == '\t' ? ImportFilePage::tr("tab") : QString(QLatin1Char(delimiter));
}

} // namespace

ImportFilePage::ImportFilePage(QWidget *parent)
    : QWidget(parent)
    , m_file(new FilePicker(tr("File"), this))
    , m_table(new QLineEdit(this))
    , m_format(new QComboBox(this))
    , m_delimiter(new QComboBox(this))
    , m_header(new QComboBox(this))
    , m_nullText(new QLineEdit(this))
    , m_connections(new QSpinBox(this))
    , m_guess(makeDimLabel({}, this))
{
    m_format->addItems({tr("As the file tells"), tr("CSV"), tr("Access log (Apache, nginx)"), tr("Access log (Caddy)"),
        tr("Access log (AWS load balancer)")});
    m_delimiter->addItems({tr("As the file tells"), tr("comma"), tr("semicolon"), tr("tab"), tr("pipe")});
    m_header->addItems({tr("The first line names the columns"), tr("There is no header")});
    m_connections->setRange(1, 8);
    m_table->setAccessibleName(tr("Table"));
    m_format->setAccessibleName(tr("Format"));
    m_delimiter->setAccessibleName(tr("Delimiter"));
    m_header->setAccessibleName(tr("Header"));
    m_nullText->setAccessibleName(tr("Text that stands for NULL"));
    m_connections->setAccessibleName(tr("Connections"));
    m_connections->setToolTip(
        tr("More than one is faster, but each commits by itself: a failure may leave part of the file loaded"));
    auto *form = makeForm(this);
    form->setContentsMargins(Spacing::huge + Spacing::small, Spacing::huge, Spacing::huge, Spacing::huge);
    form->addRow(makeHeading(tr("Which file, and where to?"), 1.35, this));
    form->addRow(tr("&File"), m_file);
    form->addRow({}, m_guess);
    form->addRow(tr("Into &table"), m_table);
    form->addRow(tr("F&ormat"), m_format);
    form->addRow(tr("&Delimiter"), m_delimiter);
    form->addRow(tr("&Header"), m_header);
    form->addRow(tr("Text for &NULL"), m_nullText);
    form->addRow(tr("&Connections"), m_connections);
    alignLabels(*form);
    m_nullText->setPlaceholderText(tr("an empty field"));
    connect(m_file, &FilePicker::pathChanged, this, &ImportFilePage::edited);
    for (QLineEdit *edit : {m_table, m_nullText})
        connect(edit, &QLineEdit::textEdited, this, &ImportFilePage::edited);
    for (QComboBox *box : {m_format, m_delimiter, m_header})
        connect(box, &QComboBox::activated, this, &ImportFilePage::edited);
    setFocusProxy(m_file);
}

void ImportFilePage::load(const ImportSettings &settings)
{
    m_file->setPath(settings.file);
    m_table->setText(settings.table.display());
    m_connections->setValue(settings.connections);
}

ImportSettings ImportFilePage::settings(ImportSettings base) const
{
    static constexpr std::optional<ImportFormat> formats[]
        = {std::nullopt, ImportFormat::Csv, ImportFormat::Combined, ImportFormat::Caddy, ImportFormat::Alb};
    static constexpr char delimiters[] = {'\0', ',', ';', '\t', '|'};
    base.file = m_file->path();
    base.table = parseQualifiedName(m_table->text());
    base.format = formats[m_format->currentIndex()];
    base.delimiter
        = m_delimiter->currentIndex() == 0 ? std::nullopt : std::optional(delimiters[m_delimiter->currentIndex()]);
    base.hasHeader = m_header->currentIndex() == 0;
    base.nullText = m_nullText->text();
    base.connections = m_connections->value();
    return base;
}

bool ImportFilePage::isComplete() const
{
    return !m_file->path().isEmpty() && !parseQualifiedName(m_table->text()).name.isEmpty();
}

void ImportFilePage::showGuess(const Outcome<ImportSettings> &guess)
{
    setTone(m_guess, guess.isError() ? Tone::Error : Tone::Dim);
    if (guess.isError())
        m_guess->setText(guess.error().message);
    else if (!guess)
        m_guess->clear();
    else if (isAccessLog(guess->format.value_or(ImportFormat::Csv)))
        m_guess->setText(tr("It is an access log."));
    else
        m_guess->setText(tr("It is CSV, delimiter %1.").arg(delimiterName(guess->delimiter.value_or(','))));
    const bool isLog = guess.isOk() && isAccessLog(guess->format.value_or(ImportFormat::Csv));
    for (QWidget *widget :
        {static_cast<QWidget *>(m_delimiter), static_cast<QWidget *>(m_header), static_cast<QWidget *>(m_nullText)})
        widget->setEnabled(!isLog);
}

} // namespace Shardboard
