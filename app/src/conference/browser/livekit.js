// LiveKit as the media of a room, for `livekit.rs`, which says what each method does. It is built apart, with
// LiveKit's client, and only pages of rooms at LiveKit load it. Nothing is said to others through LiveKit but sound
// and pictures: the rest goes through our own server, which decides who is inside.
import { Room, RoomEvent, setLogLevel, Track, VideoPreset, VideoQuality } from 'livekit-client';

// The sources, by the numbers of `Source`.
const SOURCES = [Track.Source.Microphone, Track.Source.Camera, Track.Source.ScreenShare];
// The news, by the numbers that `listen` reads.
const [CONNECTED, SILENT, TRACKS, BROKEN, UNREACHABLE, SPEAKS] = [0, 1, 2, 3, 4, 5];
// Milliseconds in which a connection must come about.
const WITHIN = 7_000;
const SMALL = new VideoPreset(320, 180, 150_000, 24);
const PUBLISHED = {
  videoCodec: 'vp8',
  backupCodec: false,
  videoEncoding: { maxBitrate: 800_000, maxFramerate: 24 },
  videoSimulcastLayers: [SMALL],
  screenShareEncoding: { maxBitrate: 1_500_000, maxFramerate: 15 },
  screenShareSimulcastLayers: [],
  stopMicTrackOnMute: false,
};

// Its log would show tokens to whoever looks at the console.
setLogLevel('silent');

class LiveKitConference extends EventTarget {
  #room = new Room({
    dynacast: true,
    stopLocalTrackOnUnpublish: false,
    publishDefaults: PUBLISHED,
    // Every LiveKit speaks this, the oldest too.
    singlePeerConnection: false,
  });
  #connected = false;
  #over = false;
  // What is to be sent, what is sent, and the last change of it: one after the other.
  #wanted = [null, null, null];
  #sent = [null, null, null];
  #changes = Promise.resolve();
  // The quality that is wanted of each slot.
  #seen = new Map();

  constructor() {
    super();
    const tracks = () => {
      for (const slot of this.#seen.keys()) this.#ask(slot);
      this.#tell(TRACKS);
    };
    this.#room
      .on(RoomEvent.TrackSubscribed, tracks)
      .on(RoomEvent.TrackUnsubscribed, tracks)
      .on(RoomEvent.Reconnecting, () => this.#tell(SILENT))
      .on(RoomEvent.Reconnected, () => this.#tell(CONNECTED))
      .on(RoomEvent.Disconnected, () => this.#end())
      .on(RoomEvent.ActiveSpeakersChanged, (speakers) => {
        const other = speakers.find((it) => it !== this.#room.localParticipant);
        // An identity begins with the number of the seat.
        this.#tell(SPEAKS + (other ? parseInt(other.identity, 10) : 0));
      });
  }

  async answered(answer) {
    const late = setTimeout(() => this.#end(), WITHIN);
    try {
      const { url, token } = JSON.parse(answer);
      const limits = { maxRetries: 0, peerConnectionTimeout: WITHIN, websocketTimeout: WITHIN };
      await this.#room.connect(url, token, limits);
      this.#connected = true;
      this.#change();
      this.#tell(CONNECTED);
    } catch {
      this.#end();
    } finally {
      clearTimeout(late);
    }
  }

  send([source, track]) {
    this.#wanted[source] = track ?? null;
    this.#change();
  }

  track(slot) {
    return this.#publication(slot)?.track?.mediaStreamTrack;
  }

  sounds() {
    const people = [...this.#room.remoteParticipants.values()];
    return people.map((it) => it.getTrackPublication(SOURCES[0])?.track?.mediaStreamTrack).filter(Boolean);
  }

  see(message) {
    const { slot, layer } = JSON.parse(message);
    this.#seen.set(slot, layer);
    this.#ask(slot);
  }

  leave() {
    this.#over = true;
    this.#room.removeAllListeners();
    this.#room.disconnect(false).catch(() => {});
  }

  // Sends what is wanted, once there is a connection.
  #change() {
    if (!this.#connected) return;
    const change = async (source) => {
      const [old, track] = [this.#sent[source], this.#wanted[source]];
      if (this.#over || old === track) return;
      this.#sent[source] = track;
      const me = this.#room.localParticipant;
      if (old) await me.unpublishTrack(old, false);
      if (track) await me.publishTrack(track, { source: SOURCES[source], simulcast: source === 1 });
    };
    for (const source of SOURCES.keys()) {
      this.#changes = this.#changes.then(() => change(source)).catch(() => {
        // A page that does not send what it shows as on must enter again.
        if (!this.#over) this.#end();
      });
    }
  }

  #ask(slot) {
    const [publication, layer] = [this.#publication(slot), this.#seen.get(slot)];
    if (!publication) return;
    publication.setEnabled(layer !== 'none');
    if (layer !== 'none') publication.setVideoQuality(layer === 'h' ? VideoQuality.HIGH : VideoQuality.LOW);
  }

  #publication(slot) {
    const [identity, source] = slot.split(' ');
    return this.#room.remoteParticipants.get(identity)?.getTrackPublication(source);
  }

  // Reports news by its number. To that of somebody who speaks the seat is added.
  #tell(detail) {
    if (!this.#over) this.dispatchEvent(new CustomEvent('news', { detail }));
  }

  #end() {
    if (this.#over) return;
    this.#tell(this.#connected ? BROKEN : UNREACHABLE);
    this.leave();
  }
}

globalThis.LiveKitConference = LiveKitConference;
