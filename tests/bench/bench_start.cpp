// SPDX-License-Identifier: GPL-3.0-or-later
// From exec to the first painted start page, and the most memory the start takes, against a program that shows one
// empty window. Both run in turns on a virtual screen of their own, with empty settings.
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QThread>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

constexpr int rounds = 21;

[[noreturn]] void giveUp(const QString &reason)
{
    std::fprintf(stderr, "bench_start: %s\n", qPrintable(reason));
    std::exit(1);
}

/// A screen nobody looks at, on a number the server chooses itself.
class VirtualScreen
{
public:
    VirtualScreen()
    {
        m_server.start(QStringLiteral("Xvfb"),
            {QStringLiteral("-displayfd"), QStringLiteral("1"), QStringLiteral("-screen"), QStringLiteral("0"),
                QStringLiteral("1440x900x24"), QStringLiteral("-nolisten"), QStringLiteral("tcp")});
        if (!m_server.waitForStarted() || !m_server.waitForReadyRead(10000))
            giveUp(QStringLiteral("Xvfb does not start: %1").arg(m_server.errorString()));
        m_display = QLatin1Char(':') + QString::fromLatin1(m_server.readLine().trimmed());
    }
    ~VirtualScreen()
    {
        m_server.terminate();
        m_server.waitForFinished(5000);
    }
    QString display() const { return m_display; }

private:
    QProcess m_server;
    QString m_display;
};

struct Start
{
    double milliseconds = 0; ///< exec to the line "painted"
    double peakMib = 0; ///< of resident memory, half a second later
};

double peakMemory(qint64 pid)
{
    QFile status(QStringLiteral("/proc/%1/status").arg(pid));
    if (!status.open(QIODevice::ReadOnly))
        giveUp(QStringLiteral("/proc cannot be read"));
    for (const QByteArray &line : status.readAll().split('\n'))
        if (line.startsWith("VmHWM:"))
            return line.mid(6).trimmed().split(' ').first().toDouble() / 1024;
    giveUp(QStringLiteral("/proc does not tell the peak of memory"));
}

Start measure(const QString &program, const QString &display, const QString &home)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("DISPLAY"), display);
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("xcb"));
    environment.insert(QStringLiteral("SHARDBOARD_STARTUP_MARK"), QStringLiteral("1"));
    for (const char *folder : {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"})
        environment.insert(QString::fromLatin1(folder), home);
    process.setProcessEnvironment(environment);
    process.setStandardErrorFile(QProcess::nullDevice());
    QElapsedTimer clock;
    clock.start();
    process.start(program, QStringList());
    if (!process.waitForReadyRead(20000) || !process.readLine().startsWith("painted"))
        giveUp(QStringLiteral("%1 painted nothing: %2").arg(program, process.errorString()));
    Start start;
    start.milliseconds = double(clock.nsecsElapsed()) / 1e6;
    QThread::msleep(500); // what comes after the first paint is part of the start's memory
    start.peakMib = peakMemory(process.processId());
    process.kill();
    process.waitForFinished(5000);
    return start;
}

double median(std::vector<double> values)
{
    std::ranges::nth_element(values, values.begin() + std::ptrdiff_t(values.size() / 2));
    return values[values.size() / 2];
}

} // namespace

int main(int argc, char *argv[])
{
    Shardboard::Testing::prepare();
    QCoreApplication app(argc, argv);
    const QString folder = QStringLiteral(SHARDBOARD_BIN_DIR "/");
    QTemporaryDir home;
    VirtualScreen screen;
    std::vector<double> ourTimes, bareTimes, ourPeaks, barePeaks;
    for (int round = 0; round <= rounds; ++round) {
        const Start bare = measure(folder + QStringLiteral("bare_window"), screen.display(), home.path());
        const Start ours = measure(folder + QStringLiteral("shardboard"), screen.display(), home.path());
        if (round == 0)
            continue; // the files come from the disk
        ourTimes.push_back(ours.milliseconds);
        bareTimes.push_back(bare.milliseconds);
        ourPeaks.push_back(ours.peakMib);
        barePeaks.push_back(bare.peakMib);
    }
    std::fprintf(stderr, "medians of %d starts: shardboard %.1f ms, %.1f MiB; bare window %.1f ms, %.1f MiB\n", rounds,
        median(ourTimes), median(ourPeaks), median(bareTimes), median(barePeaks));
    std::printf("{\"bench\":\"start\",\"metrics\":{\"vs_bare_window\":%.3f,\"memory_vs_bare\":%.3f}}\n",
        median(ourTimes) / median(bareTimes), median(ourPeaks) / median(barePeaks));
    return 0;
}
