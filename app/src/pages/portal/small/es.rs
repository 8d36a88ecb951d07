//! Spanish, with "usted".

use super::Small;

pub const SMALL: Small = Small {
    connecting: "Conectando",
    connecting_to: "Conectando {provider}",
    going: "Le llevamos a la página del proveedor.",
    going_or_close: "Le llevamos a la página del proveedor. Si no ocurre nada, cierre esta ventana e inténtelo de nuevo desde la aplicación.",
    no_opener: "La aplicación no abrió esta ventana. Ciérrela y empiece de nuevo desde la aplicación.",
    no_script: "Esta ventana necesita JavaScript. Permítalo en su navegador y empiece de nuevo desde la aplicación.",
    opener_refused: "La página que abrió esta ventana no está entre los orígenes permitidos del proyecto. Ciérrela y consulte a los responsables de la aplicación.",

    confirm_title: "¿Conectar su cuenta de {provider}?",
    confirm_text: "{app} podrá usarla para {user}.",
    confirm_own: "Continúe solo si es usted y si lo ha iniciado en {app}. Si alguien le ha enviado aquí, cierre esta ventana.",
    cancel: "Cancelar",
    go_on: "Continuar",
    left: "No se ha conectado nada. Puede cerrar esta ventana.",

    paste_title: "Abra su enlace",
    paste_text: "Su navegador no ejecuta JavaScript aquí, así que no puede leer por sí mismo el final del enlace. Pegue de nuevo el enlace completo, tal como lo recibió.",
    paste_label: "Enlace",
    paste_wrong: "Este no es el enlace de esta página. Péguelo entero, con la parte que sigue a #.",

    show_choices: "Mostrar las opciones",
    choices_wait: "Las opciones dependen de la elección anterior. Haga primero esa elección.",
    choices_cut: "La lista continúa; este es solo el principio.",
    choices_away: "No se pudieron consultar las opciones a {provider}. Inténtelo de nuevo en un momento.",
    choices_of_app: "Esta lista está en {app}. Abra la configuración en {app} para elegir una opción.",

    connected_title: "{provider} está conectado",
    connected_text: "Puede cerrar esta ventana y volver a la aplicación.",
    not_connected: "Sin conectar",
    close_window: "Puede cerrar esta ventana.",
    close_and_start: "Cierre esta ventana y empiece de nuevo desde la aplicación.",
    back_to_app: "Volver a la aplicación",

    not_ours: "Este enlace no es nuestro o se modificó por el camino. Empiece de nuevo desde la aplicación.",
    used: "Este enlace ya se ha usado. Empiece de nuevo desde la aplicación.",
    over: "Este intento ha terminado o ya se había abierto. Empiece de nuevo desde la aplicación.",
    too_late: "Han pasado más de diez minutos. Empiece de nuevo desde la aplicación.",
    other_browser: "Este inicio de sesión comenzó en otro navegador. Empiece de nuevo desde la aplicación en este navegador.",
    wrong_issuer: "La respuesta no procede de {provider}. Empiece de nuevo desde la aplicación.",
    denied: "No se concedió acceso en la página de {provider}. Empiece de nuevo desde la aplicación y permita el acceso allí.",
    refused: "Respuesta de {provider}: {reason}. Empiece de nuevo desde la aplicación; si no sirve, consulte a sus responsables.",
    no_answer: "{provider} le ha devuelto sin respuesta. Empiece de nuevo desde la aplicación.",
    not_ready: "{provider} no se puede conectar en este momento. Consulte a los responsables de la aplicación.",
    provider_down: "{provider} no ha respondido. Empiece de nuevo desde la aplicación dentro de un momento.",
    egress: "Este servidor no puede llamar a la dirección de {provider}. Consulte a los responsables de la aplicación.",
    unknown: "Aquí no hay nada que conectar. Consulte a los responsables de la aplicación.",
    not_permitted: "No tiene permiso para conectar esto. Consulte a los responsables de la aplicación.",
    signed_out: "Ya no ha iniciado sesión en la aplicación. Cierre esta ventana, recargue la aplicación y empiece de nuevo.",
    app_at_fault: "La aplicación abrió esta ventana de una forma que no funciona. Comuníquelo a sus responsables: {reason}",
    too_many: "Demasiados intentos. Espere un minuto y empiece de nuevo desde la aplicación.",
    away: "No se ha guardado nada porque la base de datos no responde. Empiece de nuevo desde la aplicación dentro de un momento.",
    unreachable: "No hubo conexión. Compruebe la red, cierre esta ventana y empiece de nuevo desde la aplicación.",
    fault: "Algo ha fallado por nuestra parte. Empiece de nuevo desde la aplicación dentro de un momento.",
};
