//! Portuguese, as in Brazil.

use super::Small;

pub const SMALL: Small = Small {
    connecting: "Conectando",
    connecting_to: "Conectando {provider}",
    going: "Levando você ao provedor.",
    going_or_close: "Levando você ao provedor. Se nada acontecer, feche esta janela e tente novamente pelo aplicativo.",
    no_opener: "Esta janela não foi aberta pelo aplicativo. Feche-a e comece de novo pelo aplicativo.",
    no_script: "Esta janela precisa de JavaScript. Permita-o no navegador e comece de novo pelo aplicativo.",
    opener_refused: "A página que abriu esta janela não está entre as origens permitidas do projeto. Feche-a e fale com os responsáveis pelo aplicativo.",

    confirm_title: "Conectar sua conta {provider}?",
    confirm_text: "{app} poderá usá-la para {user}.",
    confirm_own: "Continue somente se for você e se você mesmo começou isto em {app}. Se alguém enviou você para cá, feche esta janela.",
    cancel: "Cancelar",
    go_on: "Continuar",
    left: "Nada foi conectado. Você pode fechar esta janela.",

    paste_title: "Abra seu link",
    paste_text: "Seu navegador não executa JavaScript aqui e, por isso, não consegue ler sozinho o final do link. Cole o link inteiro mais uma vez, como você o recebeu.",
    paste_label: "Seu link",
    paste_wrong: "Este não é o link desta página. Cole-o inteiro, com a parte depois de #.",

    show_choices: "Mostrar as opções",
    choices_wait: "As opções dependem da escolha anterior. Faça essa escolha primeiro.",
    choices_cut: "A lista continua; este é apenas o início.",
    choices_away: "Não foi possível consultar as opções em {provider}. Tente novamente em instantes.",
    choices_of_app: "Esta lista está em {app}. Abra as configurações em {app} para escolher.",

    connected_title: "{provider} está conectado",
    connected_text: "Você pode fechar esta janela e voltar ao aplicativo.",
    not_connected: "Não conectado",
    close_window: "Você pode fechar esta janela.",
    close_and_start: "Feche esta janela e comece de novo pelo aplicativo.",
    back_to_app: "Voltar ao aplicativo",

    not_ours: "Este link não é nosso ou foi alterado no caminho. Comece de novo pelo aplicativo.",
    used: "Este link já foi usado. Comece de novo pelo aplicativo.",
    over: "Esta tentativa terminou ou já foi aberta. Comece de novo pelo aplicativo.",
    too_late: "Passaram-se mais de dez minutos. Comece de novo pelo aplicativo.",
    other_browser: "Este login foi iniciado em outro navegador. Comece de novo pelo aplicativo neste navegador.",
    wrong_issuer: "A resposta não veio de {provider}. Comece de novo pelo aplicativo.",
    denied: "O acesso não foi concedido na página de {provider}. Comece de novo pelo aplicativo e permita o acesso lá.",
    refused: "Resposta de {provider}: {reason}. Comece de novo pelo aplicativo; se não resolver, fale com os responsáveis por ele.",
    no_answer: "{provider} trouxe você de volta sem resposta. Comece de novo pelo aplicativo.",
    not_ready: "{provider} não pode ser conectado no momento. Fale com os responsáveis pelo aplicativo.",
    provider_down: "{provider} não respondeu. Comece de novo pelo aplicativo em instantes.",
    egress: "Este servidor não pode chamar o endereço de {provider}. Fale com os responsáveis pelo aplicativo.",
    unknown: "Não há nada para conectar aqui. Fale com os responsáveis pelo aplicativo.",
    not_permitted: "Você não tem permissão para conectar isto. Fale com os responsáveis pelo aplicativo.",
    signed_out: "Sua sessão no aplicativo terminou. Feche esta janela, recarregue o aplicativo e comece de novo.",
    app_at_fault: "O aplicativo abriu esta janela de um modo que não funciona. Informe aos responsáveis por ele: {reason}",
    too_many: "Tentativas demais. Espere um minuto e comece de novo pelo aplicativo.",
    away: "Nada foi salvo, porque o banco de dados não responde. Comece de novo pelo aplicativo em instantes.",
    unreachable: "Não houve conexão. Verifique sua rede, feche esta janela e comece de novo pelo aplicativo.",
    fault: "Algo deu errado do nosso lado. Comece de novo pelo aplicativo em instantes.",
};
