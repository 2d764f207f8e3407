// Made of status-contract.ts by npm run generate.
// @ts-nocheck
"use strict";
export const isStatus = validate10;
const schema11 = {"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"type":{"type":["string","null"]},"node_name":{"type":"string"},"url":{"type":["string","null"]},"shard":{"type":["number","string","null"]},"is_enabled":{"type":["boolean","null"]},"connections":{"anyOf":[{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},"url":{"type":["string","null"]},"subscriptions":{"anyOf":[{"type":"array","items":{}},{"type":"null"}]},"replicates":{"anyOf":[{"anyOf":[{"type":"boolean"},{"type":"object","properties":{"sends":{"type":["boolean","null"]},"receives":{"type":["boolean","null"]},"sendsTo":{},"receivesFrom":{}}}]},{"type":"null"}]},"replicateByDefault":{"anyOf":[{"anyOf":[{"type":"boolean"},{"type":"object","properties":{"sends":{"type":["boolean","null"]},"receives":{"type":["boolean","null"]},"sendsTo":{},"receivesFrom":{}}}]},{"type":"null"}]},"shard":{"type":["number","string","null"]},"start_time":{"type":["string","number","null"]},"startTime":{"type":["string","number","null"]},"revoked_certificates":{"anyOf":[{"type":"array","items":{}},{"type":"null"}]},"ca_info":{"anyOf":[{"type":"object","properties":{"issuer":{"type":["string","null"]},"subject":{"type":["string","null"]},"serialNumber":{"type":["string","null"]},"validFrom":{"type":["string","number","null"]},"validTo":{"type":["string","number","null"]}}},{"type":"null"}]},"database_sockets":{"anyOf":[{"type":"array","items":{"type":"object","properties":{"database":{"type":"string"},"connected":{"type":["boolean","null"]},"latency":{"type":["number","null"]},"threadId":{"type":["number","null"]},"thread_id":{"type":["number","null"]},"nodes":{"anyOf":[{"type":"array","items":{}},{"type":"null"}]},"lastCommitConfirmed":{"type":["string","number","null"]},"lastReceivedRemoteTime":{"type":["string","number","null"]},"lastReceivedLocalTime":{"type":["string","number","null"]},"lastReceivedVersion":{"type":["number","null"]},"sendingMessage":{"type":["string","number","null"]},"backPressurePercent":{"type":["number","null"]},"lastReceivedStatus":{"type":["string","null"]},"blobReplicationFailures":{"type":["number","null"]},"lastBlobFailure":{"type":["string","number","null"]},"lastLiveness":{"type":["string","number","null"]},"lastConnectionError":{"anyOf":[{"type":"object","properties":{"code":{"type":["number","string","null"]},"time":{"type":["string","number","null"]}}},{"type":"null"}]}},"required":["database"]}},{"type":"null"}]}},"required":["name"]}},{"type":"null"}]}},"required":["node_name"]};

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.node_name === undefined) && (missing0 = "node_name")){
validate10.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.type !== undefined){
let data0 = data.type;
const _errs1 = errors;
if((typeof data0 !== "string") && (data0 !== null)){
validate10.errors = [{instancePath:instancePath+"/type",schemaPath:"#/properties/type/type",keyword:"type",params:{type: schema11.properties.type.type}}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.node_name !== undefined){
const _errs3 = errors;
if(typeof data.node_name !== "string"){
validate10.errors = [{instancePath:instancePath+"/node_name",schemaPath:"#/properties/node_name/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.url !== undefined){
let data2 = data.url;
const _errs5 = errors;
if((typeof data2 !== "string") && (data2 !== null)){
validate10.errors = [{instancePath:instancePath+"/url",schemaPath:"#/properties/url/type",keyword:"type",params:{type: schema11.properties.url.type}}];
return false;
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.shard !== undefined){
let data3 = data.shard;
const _errs7 = errors;
if(((!((typeof data3 == "number") && (isFinite(data3)))) && (typeof data3 !== "string")) && (data3 !== null)){
validate10.errors = [{instancePath:instancePath+"/shard",schemaPath:"#/properties/shard/type",keyword:"type",params:{type: schema11.properties.shard.type}}];
return false;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.is_enabled !== undefined){
let data4 = data.is_enabled;
const _errs9 = errors;
if((typeof data4 !== "boolean") && (data4 !== null)){
validate10.errors = [{instancePath:instancePath+"/is_enabled",schemaPath:"#/properties/is_enabled/type",keyword:"type",params:{type: schema11.properties.is_enabled.type}}];
return false;
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.connections !== undefined){
let data5 = data.connections;
const _errs11 = errors;
const _errs12 = errors;
let valid1 = false;
const _errs13 = errors;
if(errors === _errs13){
if(Array.isArray(data5)){
var valid2 = true;
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
let data6 = data5[i0];
const _errs15 = errors;
if(errors === _errs15){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing1;
if((data6.name === undefined) && (missing1 = "name")){
const err0 = {instancePath:instancePath+"/connections/" + i0,schemaPath:"#/properties/connections/anyOf/0/items/required",keyword:"required",params:{missingProperty: missing1}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
if(data6.name !== undefined){
const _errs17 = errors;
if(typeof data6.name !== "string"){
const err1 = {instancePath:instancePath+"/connections/" + i0+"/name",schemaPath:"#/properties/connections/anyOf/0/items/properties/name/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
var valid3 = _errs17 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data6.url !== undefined){
let data8 = data6.url;
const _errs19 = errors;
if((typeof data8 !== "string") && (data8 !== null)){
const err2 = {instancePath:instancePath+"/connections/" + i0+"/url",schemaPath:"#/properties/connections/anyOf/0/items/properties/url/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.url.type}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
var valid3 = _errs19 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data6.subscriptions !== undefined){
let data9 = data6.subscriptions;
const _errs21 = errors;
const _errs22 = errors;
let valid4 = false;
const _errs23 = errors;
if(errors === _errs23){
if(!(Array.isArray(data9))){
const err3 = {instancePath:instancePath+"/connections/" + i0+"/subscriptions",schemaPath:"#/properties/connections/anyOf/0/items/properties/subscriptions/anyOf/0/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
var _valid1 = _errs23 === errors;
valid4 = valid4 || _valid1;
if(!valid4){
const _errs25 = errors;
if(data9 !== null){
const err4 = {instancePath:instancePath+"/connections/" + i0+"/subscriptions",schemaPath:"#/properties/connections/anyOf/0/items/properties/subscriptions/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
var _valid1 = _errs25 === errors;
valid4 = valid4 || _valid1;
}
if(!valid4){
const err5 = {instancePath:instancePath+"/connections/" + i0+"/subscriptions",schemaPath:"#/properties/connections/anyOf/0/items/properties/subscriptions/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
else {
errors = _errs22;
if(vErrors !== null){
if(_errs22){
vErrors.length = _errs22;
}
else {
vErrors = null;
}
}
}
var valid3 = _errs21 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data6.replicates !== undefined){
let data10 = data6.replicates;
const _errs27 = errors;
const _errs28 = errors;
let valid5 = false;
const _errs29 = errors;
const _errs30 = errors;
let valid6 = false;
const _errs31 = errors;
if(typeof data10 !== "boolean"){
const err6 = {instancePath:instancePath+"/connections/" + i0+"/replicates",schemaPath:"#/properties/connections/anyOf/0/items/properties/replicates/anyOf/0/anyOf/0/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
var _valid3 = _errs31 === errors;
valid6 = valid6 || _valid3;
if(!valid6){
const _errs33 = errors;
if(errors === _errs33){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
if(data10.sends !== undefined){
let data11 = data10.sends;
const _errs35 = errors;
if((typeof data11 !== "boolean") && (data11 !== null)){
const err7 = {instancePath:instancePath+"/connections/" + i0+"/replicates/sends",schemaPath:"#/properties/connections/anyOf/0/items/properties/replicates/anyOf/0/anyOf/1/properties/sends/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.replicates.anyOf[0].anyOf[1].properties.sends.type}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
var valid7 = _errs35 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data10.receives !== undefined){
let data12 = data10.receives;
const _errs37 = errors;
if((typeof data12 !== "boolean") && (data12 !== null)){
const err8 = {instancePath:instancePath+"/connections/" + i0+"/replicates/receives",schemaPath:"#/properties/connections/anyOf/0/items/properties/replicates/anyOf/0/anyOf/1/properties/receives/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.replicates.anyOf[0].anyOf[1].properties.receives.type}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
var valid7 = _errs37 === errors;
}
else {
var valid7 = true;
}
}
}
else {
const err9 = {instancePath:instancePath+"/connections/" + i0+"/replicates",schemaPath:"#/properties/connections/anyOf/0/items/properties/replicates/anyOf/0/anyOf/1/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
var _valid3 = _errs33 === errors;
valid6 = valid6 || _valid3;
}
if(!valid6){
const err10 = {instancePath:instancePath+"/connections/" + i0+"/replicates",schemaPath:"#/properties/connections/anyOf/0/items/properties/replicates/anyOf/0/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
else {
errors = _errs30;
if(vErrors !== null){
if(_errs30){
vErrors.length = _errs30;
}
else {
vErrors = null;
}
}
}
var _valid2 = _errs29 === errors;
valid5 = valid5 || _valid2;
if(!valid5){
const _errs39 = errors;
if(data10 !== null){
const err11 = {instancePath:instancePath+"/connections/" + i0+"/replicates",schemaPath:"#/properties/connections/anyOf/0/items/properties/replicates/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
var _valid2 = _errs39 === errors;
valid5 = valid5 || _valid2;
}
if(!valid5){
const err12 = {instancePath:instancePath+"/connections/" + i0+"/replicates",schemaPath:"#/properties/connections/anyOf/0/items/properties/replicates/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
else {
errors = _errs28;
if(vErrors !== null){
if(_errs28){
vErrors.length = _errs28;
}
else {
vErrors = null;
}
}
}
var valid3 = _errs27 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data6.replicateByDefault !== undefined){
let data13 = data6.replicateByDefault;
const _errs41 = errors;
const _errs42 = errors;
let valid8 = false;
const _errs43 = errors;
const _errs44 = errors;
let valid9 = false;
const _errs45 = errors;
if(typeof data13 !== "boolean"){
const err13 = {instancePath:instancePath+"/connections/" + i0+"/replicateByDefault",schemaPath:"#/properties/connections/anyOf/0/items/properties/replicateByDefault/anyOf/0/anyOf/0/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
var _valid5 = _errs45 === errors;
valid9 = valid9 || _valid5;
if(!valid9){
const _errs47 = errors;
if(errors === _errs47){
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
if(data13.sends !== undefined){
let data14 = data13.sends;
const _errs49 = errors;
if((typeof data14 !== "boolean") && (data14 !== null)){
const err14 = {instancePath:instancePath+"/connections/" + i0+"/replicateByDefault/sends",schemaPath:"#/properties/connections/anyOf/0/items/properties/replicateByDefault/anyOf/0/anyOf/1/properties/sends/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.replicateByDefault.anyOf[0].anyOf[1].properties.sends.type}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
var valid10 = _errs49 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data13.receives !== undefined){
let data15 = data13.receives;
const _errs51 = errors;
if((typeof data15 !== "boolean") && (data15 !== null)){
const err15 = {instancePath:instancePath+"/connections/" + i0+"/replicateByDefault/receives",schemaPath:"#/properties/connections/anyOf/0/items/properties/replicateByDefault/anyOf/0/anyOf/1/properties/receives/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.replicateByDefault.anyOf[0].anyOf[1].properties.receives.type}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
var valid10 = _errs51 === errors;
}
else {
var valid10 = true;
}
}
}
else {
const err16 = {instancePath:instancePath+"/connections/" + i0+"/replicateByDefault",schemaPath:"#/properties/connections/anyOf/0/items/properties/replicateByDefault/anyOf/0/anyOf/1/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
var _valid5 = _errs47 === errors;
valid9 = valid9 || _valid5;
}
if(!valid9){
const err17 = {instancePath:instancePath+"/connections/" + i0+"/replicateByDefault",schemaPath:"#/properties/connections/anyOf/0/items/properties/replicateByDefault/anyOf/0/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
else {
errors = _errs44;
if(vErrors !== null){
if(_errs44){
vErrors.length = _errs44;
}
else {
vErrors = null;
}
}
}
var _valid4 = _errs43 === errors;
valid8 = valid8 || _valid4;
if(!valid8){
const _errs53 = errors;
if(data13 !== null){
const err18 = {instancePath:instancePath+"/connections/" + i0+"/replicateByDefault",schemaPath:"#/properties/connections/anyOf/0/items/properties/replicateByDefault/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
var _valid4 = _errs53 === errors;
valid8 = valid8 || _valid4;
}
if(!valid8){
const err19 = {instancePath:instancePath+"/connections/" + i0+"/replicateByDefault",schemaPath:"#/properties/connections/anyOf/0/items/properties/replicateByDefault/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
else {
errors = _errs42;
if(vErrors !== null){
if(_errs42){
vErrors.length = _errs42;
}
else {
vErrors = null;
}
}
}
var valid3 = _errs41 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data6.shard !== undefined){
let data16 = data6.shard;
const _errs55 = errors;
if(((!((typeof data16 == "number") && (isFinite(data16)))) && (typeof data16 !== "string")) && (data16 !== null)){
const err20 = {instancePath:instancePath+"/connections/" + i0+"/shard",schemaPath:"#/properties/connections/anyOf/0/items/properties/shard/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.shard.type}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
var valid3 = _errs55 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data6.start_time !== undefined){
let data17 = data6.start_time;
const _errs57 = errors;
if(((typeof data17 !== "string") && (!((typeof data17 == "number") && (isFinite(data17))))) && (data17 !== null)){
const err21 = {instancePath:instancePath+"/connections/" + i0+"/start_time",schemaPath:"#/properties/connections/anyOf/0/items/properties/start_time/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.start_time.type}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
var valid3 = _errs57 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data6.startTime !== undefined){
let data18 = data6.startTime;
const _errs59 = errors;
if(((typeof data18 !== "string") && (!((typeof data18 == "number") && (isFinite(data18))))) && (data18 !== null)){
const err22 = {instancePath:instancePath+"/connections/" + i0+"/startTime",schemaPath:"#/properties/connections/anyOf/0/items/properties/startTime/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.startTime.type}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
var valid3 = _errs59 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data6.revoked_certificates !== undefined){
let data19 = data6.revoked_certificates;
const _errs61 = errors;
const _errs62 = errors;
let valid11 = false;
const _errs63 = errors;
if(errors === _errs63){
if(!(Array.isArray(data19))){
const err23 = {instancePath:instancePath+"/connections/" + i0+"/revoked_certificates",schemaPath:"#/properties/connections/anyOf/0/items/properties/revoked_certificates/anyOf/0/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
var _valid6 = _errs63 === errors;
valid11 = valid11 || _valid6;
if(!valid11){
const _errs65 = errors;
if(data19 !== null){
const err24 = {instancePath:instancePath+"/connections/" + i0+"/revoked_certificates",schemaPath:"#/properties/connections/anyOf/0/items/properties/revoked_certificates/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
var _valid6 = _errs65 === errors;
valid11 = valid11 || _valid6;
}
if(!valid11){
const err25 = {instancePath:instancePath+"/connections/" + i0+"/revoked_certificates",schemaPath:"#/properties/connections/anyOf/0/items/properties/revoked_certificates/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
else {
errors = _errs62;
if(vErrors !== null){
if(_errs62){
vErrors.length = _errs62;
}
else {
vErrors = null;
}
}
}
var valid3 = _errs61 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data6.ca_info !== undefined){
let data20 = data6.ca_info;
const _errs67 = errors;
const _errs68 = errors;
let valid12 = false;
const _errs69 = errors;
if(errors === _errs69){
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
if(data20.issuer !== undefined){
let data21 = data20.issuer;
const _errs71 = errors;
if((typeof data21 !== "string") && (data21 !== null)){
const err26 = {instancePath:instancePath+"/connections/" + i0+"/ca_info/issuer",schemaPath:"#/properties/connections/anyOf/0/items/properties/ca_info/anyOf/0/properties/issuer/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.ca_info.anyOf[0].properties.issuer.type}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
var valid13 = _errs71 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data20.subject !== undefined){
let data22 = data20.subject;
const _errs73 = errors;
if((typeof data22 !== "string") && (data22 !== null)){
const err27 = {instancePath:instancePath+"/connections/" + i0+"/ca_info/subject",schemaPath:"#/properties/connections/anyOf/0/items/properties/ca_info/anyOf/0/properties/subject/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.ca_info.anyOf[0].properties.subject.type}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
var valid13 = _errs73 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data20.serialNumber !== undefined){
let data23 = data20.serialNumber;
const _errs75 = errors;
if((typeof data23 !== "string") && (data23 !== null)){
const err28 = {instancePath:instancePath+"/connections/" + i0+"/ca_info/serialNumber",schemaPath:"#/properties/connections/anyOf/0/items/properties/ca_info/anyOf/0/properties/serialNumber/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.ca_info.anyOf[0].properties.serialNumber.type}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
var valid13 = _errs75 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data20.validFrom !== undefined){
let data24 = data20.validFrom;
const _errs77 = errors;
if(((typeof data24 !== "string") && (!((typeof data24 == "number") && (isFinite(data24))))) && (data24 !== null)){
const err29 = {instancePath:instancePath+"/connections/" + i0+"/ca_info/validFrom",schemaPath:"#/properties/connections/anyOf/0/items/properties/ca_info/anyOf/0/properties/validFrom/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.ca_info.anyOf[0].properties.validFrom.type}};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
var valid13 = _errs77 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data20.validTo !== undefined){
let data25 = data20.validTo;
const _errs79 = errors;
if(((typeof data25 !== "string") && (!((typeof data25 == "number") && (isFinite(data25))))) && (data25 !== null)){
const err30 = {instancePath:instancePath+"/connections/" + i0+"/ca_info/validTo",schemaPath:"#/properties/connections/anyOf/0/items/properties/ca_info/anyOf/0/properties/validTo/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.ca_info.anyOf[0].properties.validTo.type}};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
var valid13 = _errs79 === errors;
}
else {
var valid13 = true;
}
}
}
}
}
}
else {
const err31 = {instancePath:instancePath+"/connections/" + i0+"/ca_info",schemaPath:"#/properties/connections/anyOf/0/items/properties/ca_info/anyOf/0/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
var _valid7 = _errs69 === errors;
valid12 = valid12 || _valid7;
if(!valid12){
const _errs81 = errors;
if(data20 !== null){
const err32 = {instancePath:instancePath+"/connections/" + i0+"/ca_info",schemaPath:"#/properties/connections/anyOf/0/items/properties/ca_info/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
var _valid7 = _errs81 === errors;
valid12 = valid12 || _valid7;
}
if(!valid12){
const err33 = {instancePath:instancePath+"/connections/" + i0+"/ca_info",schemaPath:"#/properties/connections/anyOf/0/items/properties/ca_info/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
else {
errors = _errs68;
if(vErrors !== null){
if(_errs68){
vErrors.length = _errs68;
}
else {
vErrors = null;
}
}
}
var valid3 = _errs67 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data6.database_sockets !== undefined){
let data26 = data6.database_sockets;
const _errs83 = errors;
const _errs84 = errors;
let valid14 = false;
const _errs85 = errors;
if(errors === _errs85){
if(Array.isArray(data26)){
var valid15 = true;
const len1 = data26.length;
for(let i1=0; i1<len1; i1++){
let data27 = data26[i1];
const _errs87 = errors;
if(errors === _errs87){
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
let missing2;
if((data27.database === undefined) && (missing2 = "database")){
const err34 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1,schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/required",keyword:"required",params:{missingProperty: missing2}};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
else {
if(data27.database !== undefined){
const _errs89 = errors;
if(typeof data27.database !== "string"){
const err35 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/database",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/database/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
var valid16 = _errs89 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.connected !== undefined){
let data29 = data27.connected;
const _errs91 = errors;
if((typeof data29 !== "boolean") && (data29 !== null)){
const err36 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/connected",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/connected/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.database_sockets.anyOf[0].items.properties.connected.type}};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
var valid16 = _errs91 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.latency !== undefined){
let data30 = data27.latency;
const _errs93 = errors;
if((!((typeof data30 == "number") && (isFinite(data30)))) && (data30 !== null)){
const err37 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/latency",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/latency/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.database_sockets.anyOf[0].items.properties.latency.type}};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
var valid16 = _errs93 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.threadId !== undefined){
let data31 = data27.threadId;
const _errs95 = errors;
if((!((typeof data31 == "number") && (isFinite(data31)))) && (data31 !== null)){
const err38 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/threadId",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/threadId/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.database_sockets.anyOf[0].items.properties.threadId.type}};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
var valid16 = _errs95 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.thread_id !== undefined){
let data32 = data27.thread_id;
const _errs97 = errors;
if((!((typeof data32 == "number") && (isFinite(data32)))) && (data32 !== null)){
const err39 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/thread_id",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/thread_id/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.database_sockets.anyOf[0].items.properties.thread_id.type}};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
var valid16 = _errs97 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.nodes !== undefined){
let data33 = data27.nodes;
const _errs99 = errors;
const _errs100 = errors;
let valid17 = false;
const _errs101 = errors;
if(errors === _errs101){
if(!(Array.isArray(data33))){
const err40 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/nodes",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/nodes/anyOf/0/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
var _valid9 = _errs101 === errors;
valid17 = valid17 || _valid9;
if(!valid17){
const _errs103 = errors;
if(data33 !== null){
const err41 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/nodes",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/nodes/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
var _valid9 = _errs103 === errors;
valid17 = valid17 || _valid9;
}
if(!valid17){
const err42 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/nodes",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/nodes/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
else {
errors = _errs100;
if(vErrors !== null){
if(_errs100){
vErrors.length = _errs100;
}
else {
vErrors = null;
}
}
}
var valid16 = _errs99 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.lastCommitConfirmed !== undefined){
let data34 = data27.lastCommitConfirmed;
const _errs105 = errors;
if(((typeof data34 !== "string") && (!((typeof data34 == "number") && (isFinite(data34))))) && (data34 !== null)){
const err43 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/lastCommitConfirmed",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/lastCommitConfirmed/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.database_sockets.anyOf[0].items.properties.lastCommitConfirmed.type}};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
var valid16 = _errs105 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.lastReceivedRemoteTime !== undefined){
let data35 = data27.lastReceivedRemoteTime;
const _errs107 = errors;
if(((typeof data35 !== "string") && (!((typeof data35 == "number") && (isFinite(data35))))) && (data35 !== null)){
const err44 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/lastReceivedRemoteTime",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/lastReceivedRemoteTime/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.database_sockets.anyOf[0].items.properties.lastReceivedRemoteTime.type}};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
var valid16 = _errs107 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.lastReceivedLocalTime !== undefined){
let data36 = data27.lastReceivedLocalTime;
const _errs109 = errors;
if(((typeof data36 !== "string") && (!((typeof data36 == "number") && (isFinite(data36))))) && (data36 !== null)){
const err45 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/lastReceivedLocalTime",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/lastReceivedLocalTime/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.database_sockets.anyOf[0].items.properties.lastReceivedLocalTime.type}};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
var valid16 = _errs109 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.lastReceivedVersion !== undefined){
let data37 = data27.lastReceivedVersion;
const _errs111 = errors;
if((!((typeof data37 == "number") && (isFinite(data37)))) && (data37 !== null)){
const err46 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/lastReceivedVersion",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/lastReceivedVersion/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.database_sockets.anyOf[0].items.properties.lastReceivedVersion.type}};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
var valid16 = _errs111 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.sendingMessage !== undefined){
let data38 = data27.sendingMessage;
const _errs113 = errors;
if(((typeof data38 !== "string") && (!((typeof data38 == "number") && (isFinite(data38))))) && (data38 !== null)){
const err47 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/sendingMessage",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/sendingMessage/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.database_sockets.anyOf[0].items.properties.sendingMessage.type}};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
var valid16 = _errs113 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.backPressurePercent !== undefined){
let data39 = data27.backPressurePercent;
const _errs115 = errors;
if((!((typeof data39 == "number") && (isFinite(data39)))) && (data39 !== null)){
const err48 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/backPressurePercent",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/backPressurePercent/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.database_sockets.anyOf[0].items.properties.backPressurePercent.type}};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
var valid16 = _errs115 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.lastReceivedStatus !== undefined){
let data40 = data27.lastReceivedStatus;
const _errs117 = errors;
if((typeof data40 !== "string") && (data40 !== null)){
const err49 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/lastReceivedStatus",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/lastReceivedStatus/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.database_sockets.anyOf[0].items.properties.lastReceivedStatus.type}};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
var valid16 = _errs117 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.blobReplicationFailures !== undefined){
let data41 = data27.blobReplicationFailures;
const _errs119 = errors;
if((!((typeof data41 == "number") && (isFinite(data41)))) && (data41 !== null)){
const err50 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/blobReplicationFailures",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/blobReplicationFailures/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.database_sockets.anyOf[0].items.properties.blobReplicationFailures.type}};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
var valid16 = _errs119 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.lastBlobFailure !== undefined){
let data42 = data27.lastBlobFailure;
const _errs121 = errors;
if(((typeof data42 !== "string") && (!((typeof data42 == "number") && (isFinite(data42))))) && (data42 !== null)){
const err51 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/lastBlobFailure",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/lastBlobFailure/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.database_sockets.anyOf[0].items.properties.lastBlobFailure.type}};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
var valid16 = _errs121 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.lastLiveness !== undefined){
let data43 = data27.lastLiveness;
const _errs123 = errors;
if(((typeof data43 !== "string") && (!((typeof data43 == "number") && (isFinite(data43))))) && (data43 !== null)){
const err52 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/lastLiveness",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/lastLiveness/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.database_sockets.anyOf[0].items.properties.lastLiveness.type}};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
var valid16 = _errs123 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.lastConnectionError !== undefined){
let data44 = data27.lastConnectionError;
const _errs125 = errors;
const _errs126 = errors;
let valid18 = false;
const _errs127 = errors;
if(errors === _errs127){
if(data44 && typeof data44 == "object" && !Array.isArray(data44)){
if(data44.code !== undefined){
let data45 = data44.code;
const _errs129 = errors;
if(((!((typeof data45 == "number") && (isFinite(data45)))) && (typeof data45 !== "string")) && (data45 !== null)){
const err53 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/lastConnectionError/code",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/lastConnectionError/anyOf/0/properties/code/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.database_sockets.anyOf[0].items.properties.lastConnectionError.anyOf[0].properties.code.type}};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
var valid19 = _errs129 === errors;
}
else {
var valid19 = true;
}
if(valid19){
if(data44.time !== undefined){
let data46 = data44.time;
const _errs131 = errors;
if(((typeof data46 !== "string") && (!((typeof data46 == "number") && (isFinite(data46))))) && (data46 !== null)){
const err54 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/lastConnectionError/time",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/lastConnectionError/anyOf/0/properties/time/type",keyword:"type",params:{type: schema11.properties.connections.anyOf[0].items.properties.database_sockets.anyOf[0].items.properties.lastConnectionError.anyOf[0].properties.time.type}};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
var valid19 = _errs131 === errors;
}
else {
var valid19 = true;
}
}
}
else {
const err55 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/lastConnectionError",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/lastConnectionError/anyOf/0/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
var _valid10 = _errs127 === errors;
valid18 = valid18 || _valid10;
if(!valid18){
const _errs133 = errors;
if(data44 !== null){
const err56 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/lastConnectionError",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/lastConnectionError/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
var _valid10 = _errs133 === errors;
valid18 = valid18 || _valid10;
}
if(!valid18){
const err57 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1+"/lastConnectionError",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/properties/lastConnectionError/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
else {
errors = _errs126;
if(vErrors !== null){
if(_errs126){
vErrors.length = _errs126;
}
else {
vErrors = null;
}
}
}
var valid16 = _errs125 === errors;
}
else {
var valid16 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
const err58 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets/" + i1,schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/items/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
var valid15 = _errs87 === errors;
if(!valid15){
break;
}
}
}
else {
const err59 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/0/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
var _valid8 = _errs85 === errors;
valid14 = valid14 || _valid8;
if(!valid14){
const _errs135 = errors;
if(data26 !== null){
const err60 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
var _valid8 = _errs135 === errors;
valid14 = valid14 || _valid8;
}
if(!valid14){
const err61 = {instancePath:instancePath+"/connections/" + i0+"/database_sockets",schemaPath:"#/properties/connections/anyOf/0/items/properties/database_sockets/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
else {
errors = _errs84;
if(vErrors !== null){
if(_errs84){
vErrors.length = _errs84;
}
else {
vErrors = null;
}
}
}
var valid3 = _errs83 === errors;
}
else {
var valid3 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
const err62 = {instancePath:instancePath+"/connections/" + i0,schemaPath:"#/properties/connections/anyOf/0/items/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
var valid2 = _errs15 === errors;
if(!valid2){
break;
}
}
}
else {
const err63 = {instancePath:instancePath+"/connections",schemaPath:"#/properties/connections/anyOf/0/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
var _valid0 = _errs13 === errors;
valid1 = valid1 || _valid0;
if(!valid1){
const _errs137 = errors;
if(data5 !== null){
const err64 = {instancePath:instancePath+"/connections",schemaPath:"#/properties/connections/anyOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
var _valid0 = _errs137 === errors;
valid1 = valid1 || _valid0;
}
if(!valid1){
const err65 = {instancePath:instancePath+"/connections",schemaPath:"#/properties/connections/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
validate10.errors = vErrors;
return false;
}
else {
errors = _errs12;
if(vErrors !== null){
if(_errs12){
vErrors.length = _errs12;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate10.errors = vErrors;
return errors === 0;
}
