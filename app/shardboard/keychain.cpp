// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboard/keychain.h"

#include <qt6keychain/keychain.h>

namespace Shardboard {

namespace {

QString serviceName()
{
    return QStringLiteral("shardboard");
}

ServerError keychainError(const QKeychain::Job &job)
{
    ServerError error = ServerError::usage(QStringLiteral("The system's keychain cannot be used"),
        QStringLiteral("Passwords are asked for each time; a passfile (~/.pgpass) works as well."));
    error.detail = job.errorString();
    return error;
}

/// Starts the job, which deletes itself, and answers on the context's thread unless the context died.
void run(QKeychain::Job *job, const QString &key, QObject *context, std::function<void(QKeychain::Job &)> finished)
{
    job->setKey(key);
    job->setInsecureFallback(false);
    QObject::connect(job, &QKeychain::Job::finished, context,
        [finished = std::move(finished)](QKeychain::Job *ended) { finished(*ended); });
    job->start();
}

Completion completionOf(const QKeychain::Job &job)
{
    if (job.error() == QKeychain::NoError || job.error() == QKeychain::EntryNotFound)
        return Nothing{};
    return keychainError(job);
}

} // namespace

void Keychain::read(const QString &key, QObject *context, std::function<void(Outcome<std::optional<QString>>)> done)
{
    run(new QKeychain::ReadPasswordJob(serviceName()), key, context, [done = std::move(done)](QKeychain::Job &job) {
        if (job.error() == QKeychain::NoError)
            done(std::optional(static_cast<QKeychain::ReadPasswordJob &>(job).textData()));
        else if (job.error() == QKeychain::EntryNotFound)
            done(std::optional<QString>());
        else
            done(keychainError(job));
    });
}

void Keychain::write(const QString &key, const QString &secret, QObject *context, std::function<void(Completion)> done)
{
    auto *job = new QKeychain::WritePasswordJob(serviceName());
    job->setTextData(secret);
    run(job, key, context, [done = std::move(done)](QKeychain::Job &ended) { done(completionOf(ended)); });
}

void Keychain::remove(const QString &key, QObject *context, std::function<void(Completion)> done)
{
    run(new QKeychain::DeletePasswordJob(serviceName()), key, context,
        [done = std::move(done)](QKeychain::Job &job) { done(completionOf(job)); });
}

} // namespace Shardboard
