using AgentFactory.Core.Runs;
using CsCheck;

namespace AgentFactory.Core.Tests.Runs;

public sealed class RunFeedTests
{
    [Fact]
    public async Task A_watcher_that_leaves_and_returns_at_any_place_sees_every_event_once_and_all_text()
    {
        var world = new RunWorld([[Ask.Read]], EffectiveLimits.Default);
        world.Run(_ => false);
        await Gen.Int[1, 5].Array[1, 20].SampleAsync(async pieces =>
        {
            var feed = new RunFeed();
            var (position, seen, text) = (new FeedPosition(0, 0), new List<long>(), "");
            foreach (var e in world.Journal)
            {
                feed.Publish([e]);
                foreach (var piece in pieces)
                {
                    feed.Publish(new string('x', piece));
                    if (piece % 2 == 0) Take();
                }
                Take();
                Assert.Equal(new string('x', pieces.Sum()), text);
            }
            feed.Close();
            await feed.WaitAsync(position, TestContext.Current.CancellationToken);
            Assert.True(feed.Read(position).Closed);
            Assert.Equal(world.Journal.Select(e => e.Seq), seen);

            void Take()
            {
                // Through the text form, as a client that reconnects with Last-Event-ID would.
                Assert.True(FeedPosition.TryParse(position.ToString(), out var resumed));
                var slice = feed.Read(resumed);
                if (slice.Events.Count > 0) text = "";
                seen.AddRange(slice.Events.Select(e => e.Seq));
                text += slice.Text;
                position = slice.Next;
            }
        }, iter: 200);
    }

    [Fact]
    public void A_character_whose_halves_come_apart_is_shown_whole()
    {
        var feed = new RunFeed();
        feed.Publish("a\ud83d");
        var first = feed.Read(default);
        Assert.Equal(("a", new FeedPosition(0, 1)), (first.Text, first.Next));
        feed.Publish("\ude00b");
        Assert.Equal("\ud83d\ude00b", feed.Read(first.Next).Text);
    }

    [Fact]
    public async Task Half_a_character_is_nothing_new()
    {
        var feed = new RunFeed();
        feed.Publish("\ud83d");
        var waiting = feed.WaitAsync(default, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        feed.Publish("\ude00");
        await waiting;
        Assert.Equal("\ud83d\ude00", feed.Read(default).Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1.")]
    [InlineData("1.x")]
    [InlineData("99999999999999999999")]
    public void A_position_that_is_none_is_refused(string text) => Assert.False(FeedPosition.TryParse(text, out _));
}
