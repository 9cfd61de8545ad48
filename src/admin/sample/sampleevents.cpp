// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/sample/sampleevents.h"

#include "admin/import/copytext.h"
#include "admin/sample/trafficcatalogue.h"

#include <cstdio>

namespace Shardboard {

namespace {

constexpr int usersPerRepository = 40;
constexpr int mostUsers = 20000;
constexpr qint64 firstUser = 1000000;
constexpr qint64 firstRepository = 2000000;
constexpr double trendShare = 0.6; // of all events, while a repository is trending

constexpr std::array<WeightedName, 9> githubTypes{
    {{52, "PushEvent"}, {12, "PullRequestEvent"}, {9, "CreateEvent"}, {8, "IssueCommentEvent"}, {6, "WatchEvent"},
        {5, "IssuesEvent"}, {4, "DeleteEvent"}, {3, "ForkEvent"}, {1, "ReleaseEvent"}}};
constexpr std::array<WeightedName, 3> trendTypes{{{75, "WatchEvent"}, {20, "ForkEvent"}, {5, "IssuesEvent"}}};
constexpr std::array<WeightedName, 3> createdThings{{{30, "repository"}, {55, "branch"}, {15, "tag"}}};
constexpr std::array<WeightedName, 3> actions{{{50, "opened"}, {42, "closed"}, {8, "reopened"}}};

int userCount(const SampleSettings &settings)
{
    return std::min(usersPerRepository * settings.sites, mostUsers);
}

std::string ownerOf(int repository)
{
    return std::string(Traffic::words[size_t(repository) % Traffic::words.size()]);
}

std::string idAndName(qint64 id, const char *key, const std::string &name)
{
    return "{\"id\": " + std::to_string(id) + ", \"" + key + "\": \"" + name + "\"}";
}

std::string hash(SampleRandom &random)
{
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%016llx%016llx%08llx", static_cast<unsigned long long>(random.next()),
        static_cast<unsigned long long>(random.next()), static_cast<unsigned long long>(random.next() >> 32));
    return text.data();
}

std::string quoted(const char *key, std::string_view value)
{
    return std::string("\"") + key + "\": \"" + std::string(value) + '"';
}

constexpr std::array<SampleColumn<SampleEvent>, 9> eventColumns{{
    {"event_id", [](std::string &text, const SampleEvent &event) { text += std::to_string(event.id); }},
    {"event_type", [](std::string &text, const SampleEvent &event) { text += event.type; }},
    {"event_public", [](std::string &text, const SampleEvent &) { text += 't'; }},
    {"repo_id",
        [](std::string &text, const SampleEvent &event) {
            text += std::to_string(firstRepository + event.repository);
        }},
    {"payload", [](std::string &text, const SampleEvent &event) { appendCopyText(text, event.payload); }},
    {"repo",
        [](std::string &text, const SampleEvent &event) {
            appendCopyText(text, idAndName(firstRepository + event.repository, "name", event.repositoryName));
        }},
    {"user_id", [](std::string &text, const SampleEvent &event) { text += std::to_string(event.userId); }},
    {"org",
        [](std::string &text, const SampleEvent &event) {
            appendCopyText(text, idAndName(event.repository, "login", ownerOf(event.repository)));
        }},
    {"created_at", [](std::string &text, const SampleEvent &event) { appendSampleTime(text, event.time); }},
}};

} // namespace

std::span<const SampleColumn<SampleEvent>> SampleEvents::columns()
{
    return eventColumns;
}

SampleEvents::SampleEvents(const SampleSettings &settings, quint64 run)
    : m_settings(settings)
    , m_run(run)
    , m_rate(settings.rate, settings.rhythm, settings.seed)
    , m_repositories(settings.sites, 0.9)
    , m_users(userCount(settings), 0.8)
{
}

int SampleEvents::trendingRepository(qint64 second) const
{
    const auto repositoryOf = [this](qint64 number) { return 1 + int(number % m_settings.sites); };
    if (const qint64 every = m_settings.burstEvery.count(); every > 0 && second % every < trendLength)
        return repositoryOf(second / every);
    for (qsizetype i = 0; i < m_settings.burstsAt.size(); ++i) {
        const qint64 begin = m_settings.burstsAt[i].toSecsSinceEpoch();
        if (second >= begin && second < begin + trendLength)
            return repositoryOf(i);
    }
    return 0;
}

QString SampleEvents::usersSql(const QualifiedName &table, const SampleSettings &settings)
{
    return QStringLiteral(
        "INSERT INTO %1 (user_id, url, login, avatar_url, gravatar_id, display_login)\n"
        "SELECT %2 + n, 'https://api.example.com/users/dev-' || n, 'dev-' || n, NULL, NULL, 'dev-' || n\n"
        "  FROM generate_series(1, %3) AS n\n"
        "ON CONFLICT DO NOTHING")
        .arg(table.quoted(), QString::number(firstUser), QString::number(userCount(settings)));
}

void SampleEvents::pickPayload(SampleRandom &random, SampleEvent &event) const
{
    const std::string number = std::to_string(1 + random.below(4000));
    if (event.type == "PushEvent") {
        const int commits = 1 + int(std::min(19.0, random.logNormal(0.9, 1)));
        const int distinct = random.chance(0.85) ? commits : 1 + random.below(commits);
        event.payload = '{' + quoted("head", hash(random)) + ", \"size\": " + std::to_string(commits)
            + ", \"distinct_size\": " + std::to_string(distinct) + ", "
            + quoted("ref", random.chance(0.7) ? "refs/heads/main" : "refs/heads/topic-" + number) + '}';
    } else if (event.type == "CreateEvent" || event.type == "DeleteEvent") {
        const std::string_view thing = event.type == "DeleteEvent" ? "branch" : pick<createdThings>(random).name;
        event.payload = '{' + quoted("ref_type", thing) + ", "
            + (thing == "repository" ? std::string("\"ref\": null") : quoted("ref", "topic-" + number)) + '}';
    } else if (event.type == "WatchEvent") {
        event.payload = "{\"action\": \"started\"}";
    } else if (event.type == "ForkEvent") {
        event.payload = "{\"forkee\": {\"id\": " + std::to_string(random.next() >> 32) + "}}";
    } else if (event.type == "ReleaseEvent") {
        event.payload = "{\"action\": \"published\", " + quoted("tag", "v1." + number) + '}';
    } else {
        event.payload = '{' + quoted("action", pick<actions>(random).name) + ", \"number\": " + number + '}';
    }
}

void SampleEvents::generate(qint64 second, std::vector<SampleEvent> &events)
{
    SampleRandom random(SampleRandom::combine(m_settings.seed ^ 0x617, uint64_t(second)));
    SampleRandom ids(SampleRandom::combine(m_run, uint64_t(second)));
    const int trending = trendingRepository(second);
    events.resize(size_t(m_rate.countOf(second)));
    for (SampleEvent &event : events)
        event.time = second * 1000000 + qint64(random.uniform() * 1000000);
    std::sort(events.begin(), events.end(), [](const auto &a, const auto &b) { return a.time < b.time; });
    for (SampleEvent &event : events) {
        const bool isTrend = trending > 0 && random.chance(trendShare);
        event.id = qint64(ids.next() >> 2);
        event.repository = isTrend ? trending : m_repositories(random);
        event.repositoryName = ownerOf(event.repository) + "/project-" + std::to_string(event.repository);
        event.userId = firstUser + m_users(random);
        event.type = isTrend ? pick<trendTypes>(random).name : pick<githubTypes>(random).name;
        pickPayload(random, event);
    }
}

} // namespace Shardboard
