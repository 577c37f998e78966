//! Camera, microphone and screen, from the browser.

use super::script::{call, property, settled, value};
use crate::conference::{
    state::{Choice, Kind},
    talk::quoted,
    trouble::{Device, Trouble},
};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    MediaDeviceInfo, MediaDeviceKind, MediaDevices, MediaStream, MediaStreamTrack, Storage, window,
};

/// Returns the browser's devices, or the reason why there are none.
fn devices() -> Result<MediaDevices, Trouble> {
    let window = window().ok_or(Trouble::Old)?;
    let devices = window.navigator().media_devices().ok().filter(|it| it.is_object());
    devices.ok_or_else(|| {
        if property(&window, "isSecureContext").is_falsy() {
            Trouble::Insecure
        } else {
            Trouble::Old
        }
    })
}

/// Asks for devices. The chosen ones come first.
pub(super) async fn take(camera: bool, microphone: bool) -> Result<Vec<MediaStreamTrack>, Trouble> {
    let devices = devices()?;
    let mut parts = Vec::new();
    if camera {
        let chosen = wish(Kind::Camera);
        let size =
            r#""width":{"ideal":640},"height":{"ideal":360},"frameRate":{"ideal":24,"max":30}"#;
        parts.push(["\"video\":{", &chosen, size, "}"].concat());
    }
    if microphone {
        let chosen = wish(Kind::Microphone);
        let help = r#""echoCancellation":true,"noiseSuppression":true,"autoGainControl":true"#;
        parts.push(["\"audio\":{", &chosen, help, "}"].concat());
    }
    let wanted = value(&["{", &parts.join(","), "}"].concat());
    let stream = match devices.get_user_media_with_constraints(wanted.unchecked_ref()) {
        Ok(promise) => settled(promise.into()).await,
        Err(error) => Err(error),
    };
    stream.map(|stream| tracks(&stream)).map_err(|error| trouble(&error))
}

/// Asks for a screen. `None` if the visitor changes their mind or can't share one.
pub(super) async fn take_screen() -> Option<MediaStreamTrack> {
    let wanted = value(r#"{"video":{"frameRate":{"max":15}},"audio":false}"#);
    let devices = devices().ok()?;
    let promise = call(&devices, "getDisplayMedia", &wanted)?;
    tracks(&settled(promise).await.ok()?).into_iter().next()
}

/// `true` if the browser can share a screen.
pub(super) fn can_share() -> bool {
    devices().is_ok_and(|devices| property(&devices, "getDisplayMedia").is_function())
}

fn tracks(stream: &JsValue) -> Vec<MediaStreamTrack> {
    let stream: &MediaStream = stream.unchecked_ref();
    stream.get_tracks().iter().map(JsCast::unchecked_into).collect()
}

fn trouble(error: &JsValue) -> Trouble {
    let text = |name| property(error, name).as_string().unwrap_or_default();
    Trouble::of(&text("name"), &text("message"))
}

/// Returns the device that a track is of.
pub(super) fn device_of(track: &MediaStreamTrack) -> Device {
    if track.kind() == "video" { Device::Camera } else { Device::Microphone }
}

/// Returns a stream of one track, for an element that plays it.
pub(super) fn stream_of(track: &MediaStreamTrack) -> Option<MediaStream> {
    MediaStream::new_with_tracks(&Array::of1(track)).ok()
}

/// Returns the devices to choose from.
pub(super) async fn choices() -> Vec<Choice> {
    let Some(promise) = devices().ok().and_then(|devices| devices.enumerate_devices().ok()) else {
        return Vec::new();
    };
    let Ok(found) = settled(promise.into()).await else { return Vec::new() };
    let found = found.unchecked_into::<Array>();
    let mut choices: Vec<_> = found.iter().filter_map(|it| choice(it.unchecked_ref())).collect();
    for kind in [Kind::Camera, Kind::Microphone, Kind::Speaker] {
        let kept = kept(kind);
        let mut mine = choices.iter_mut().filter(|it| it.kind == kind);
        if let Some(chosen) = mine.find(|it| Some(&it.id) == kept.as_ref()) {
            chosen.chosen = true;
        }
    }
    choices
}

fn choice(info: &MediaDeviceInfo) -> Option<Choice> {
    let kind = match info.kind() {
        MediaDeviceKind::Videoinput => Kind::Camera,
        MediaDeviceKind::Audioinput => Kind::Microphone,
        MediaDeviceKind::Audiooutput if can_choose_speaker() => Kind::Speaker,
        _ => return None,
    };
    let id = info.device_id();
    // Without permission a device has no id.
    (!id.is_empty()).then(|| Choice { kind, id, name: info.label(), chosen: false })
}

fn can_choose_speaker() -> bool {
    let element = window().map(|window| property(&window, "HTMLMediaElement"));
    element.is_some_and(|it| property(&property(&it, "prototype"), "setSinkId").is_function())
}

/// Returns the start of constraints with the chosen device.
fn wish(kind: Kind) -> String {
    kept(kind)
        .map_or_else(String::new, |id| ["\"deviceId\":{\"ideal\":", &quoted(&id), "},"].concat())
}

const fn key(kind: Kind) -> &'static str {
    match kind {
        Kind::Camera => "room-camera",
        Kind::Microphone => "room-microphone",
        Kind::Speaker => "room-speaker",
    }
}

fn storage() -> Option<Storage> {
    window()?.session_storage().ok()?
}

/// The key of the waiting room's sound.
pub(super) const CHIME: &str = "room-chime";

/// Remembers a value in this tab.
pub(super) fn remember(key: &str, value: &str) {
    let _ = storage().map(|storage| storage.set_item(key, value));
}

/// Returns a remembered value.
pub(super) fn remembered(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Remembers a choice in this tab.
pub(super) fn keep(kind: Kind, id: &str) {
    remember(key(kind), id);
}

/// Returns the remembered choice.
pub(super) fn kept(kind: Kind) -> Option<String> {
    remembered(key(kind))
}

/// `true` if a chosen device is there, and this track is of another one.
pub(super) fn is_other(kind: Kind, choices: &[Choice], track: &MediaStreamTrack) -> bool {
    let settings = call(track, "getSettings", &JsValue::UNDEFINED).unwrap_or_default();
    let used = property(&settings, "deviceId").as_string();
    kept(kind).is_some_and(|kept| {
        used.is_some_and(|used| used != kept)
            && choices.iter().any(|it| it.kind == kind && it.id == kept)
    })
}

/// Returns what the browser would answer to a question for a device: `granted`, `denied` or `prompt`. It reports
/// changes to the listener. `None` if it does not say.
pub(super) async fn permission(device: Device) -> Option<JsValue> {
    let name = match device {
        Device::Camera => r#"{"name":"camera"}"#,
        Device::Microphone => r#"{"name":"microphone"}"#,
    };
    let permissions = property(&window()?.navigator(), "permissions");
    settled(call(&permissions, "query", &value(name))?).await.ok()
}

/// Returns the state of a permission.
pub(super) fn state_of(permission: &JsValue) -> String {
    property(permission, "state").as_string().unwrap_or_default()
}

/// Listens to devices that come and go.
pub(super) fn on_change(listener: std::rc::Rc<dyn Fn(web_sys::Event)>) {
    if let Ok(devices) = devices() {
        super::script::on(&devices, "devicechange", listener);
    }
}
